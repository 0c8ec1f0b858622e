// Search shows an excerpt of each page by fetching it, which a browser refuses from a folder.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
