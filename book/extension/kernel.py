"""One notebook, executed in a kernel of its own."""

import os
import signal
import tempfile
from pathlib import Path

from nbclient import NotebookClient
from traitlets.config import Config


class Execution:
    """The execution of a notebook, in place, which another thread may end.

    Parameters
    ----------
    notebook : NotebookNode
        Gets the outputs.
    folder : Path
        Where the kernel starts.
    timeout : int
        Seconds that a cell may take.
    """

    def __init__(self, notebook, folder, timeout):
        self.client = NotebookClient(
            notebook,
            timeout=timeout,
            iopub_timeout=60,  # after 4 s a busy machine's late outputs would be lost unnoticed
            record_timing=False,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(folder)}},
        )

    def run(self, **environment):
        """Execute all cells; further variables are added to the kernel's environment."""
        # Files instead of TCP: no one else can listen, and the kernel does not warn of that.
        with tempfile.TemporaryDirectory() as sockets:
            connection = {"transport": "ipc", "connection_file": str(Path(sockets, "kernel.json"))}
            self.client.config = Config(KernelManager=connection)
            notebook = self.client.execute(env=os.environ | environment)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = joined(cell.outputs)
        # The explorers' HTML carries all that a page needs. Not to collect the state at all, as
        # `store_widget_state=False` says, fails at an output that a widget captures.
        notebook.metadata.pop("widgets", None)

    def kill(self):
        """End the kernel, and what it started, at once."""
        provisioner = getattr(self.client.km, "provisioner", None)
        if provisioner is not None and provisioner.has_process:
            os.killpg(provisioner.pid, signal.SIGKILL)  # a kernel leads a group of its own


def joined(outputs):
    """Return outputs with neighbouring texts of one stream as one, in the order of printing.

    A busy machine splits what one cell prints. nbclient's own `coalesce_streams` would also move a
    text up over the measured lines and figures that stand between it and an earlier one.
    """
    kept = []
    for output in outputs:
        before = kept[-1] if kept else {}
        if output.output_type == "stream" and output.name == before.get("name"):
            before.text += output.text
        else:
            kept.append(output)
    return kept
