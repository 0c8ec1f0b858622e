"""What points to the repository's address, once it has one."""

from urllib.parse import urlsplit

import address


def setup(app):
    """Register with Sphinx."""
    if address.repository():
        app.setup_extension("sphinx_sitemap")  # a map of the site needs to know where it is
    app.connect("config-inited", point_to_address, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def point_to_address(app, config):
    """Show launch buttons and canonical addresses once there is an address to point to."""
    config.notfound_urls_prefix = "/"
    url = address.repository()
    if url:
        site = address.pages(url)
        config.html_baseurl = config.ogp_site_url = site
        config.notfound_urls_prefix = urlsplit(site).path
        config.sitemap_url_scheme = "{link}"
        config.html_theme_options["repository_url"] = url
        config.html_theme_options["repository_branch"] = address.BRANCH
        config.html_theme_options["use_repository_button"] = True
        config.html_theme_options["launch_buttons"] = {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        }
