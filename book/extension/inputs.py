"""What a notebook's outputs depend on, found in its code and in the code that it imports.

These are its own code cells, the modules of ``course_lib`` that it imports, followed through, the
data files whose names stand in them, the scripts of explorers where an explorer is imported, the
pinned versions and the version of Python. A package that passes names on is followed by the names
that are used: ``from course_lib.data import load_font`` needs the font's module only.
"""

import ast
import hashlib
import platform
from collections import Counter, defaultdict
from functools import cache

import nbformat
from IPython.core.inputtransformer2 import TransformerManager

LIBRARY = "course_lib"
SCRIPTS = (".css", ".js")


@cache
def inputs(root, slug):
    """Return a digest of each input of a notebook, by the name under which it is reported.

    A program reads each file once: changes made while it runs are seen by the next one.

    Parameters
    ----------
    root : Path
        The repository.
    slug : str
        Name of the notebook, without folder and ending.
    """
    cells = code_cells(read(root / "notebooks" / f"{slug}.ipynb"))
    code = [(cell.source, "raises-exception" in cell.metadata.get("tags", [])) for cell in cells]
    trees = [parsed(TransformerManager().transform_cell(source)) for source, _ in code]
    tree = ast.Module([line for part in trees if part for line in part.body], [])
    found = {
        "its code": digest(repr(code)),
        "Python's version": platform.python_version(),
        "requirements.txt": digest(_pinned(root / "requirements.txt")),
    }
    for path in files(root, tree):
        found[path.relative_to(root).as_posix()] = _digest_of(path)
    return found


def files(root, tree):
    """Return the files that a program depends on: modules, their scripts, and data they name."""
    modules = _modules(root, tree)
    constants = _constants(tree).union(*map(_constants_of, modules))
    data = {
        path
        for path in (root / "data").glob("[!.]*")
        if path.is_file() and (path.name in constants or path.suffix in constants - {""})
    }
    scripts = {
        path
        for folder in {module.parent / "static" for module in modules}
        for path in folder.glob("*")
        if path.suffix in SCRIPTS
    }
    return modules | data | scripts


# --- Following imports -------------------------------------------------------------------------


def _modules(root, tree):
    """Return the library's files that a program imports, followed through."""
    found, seen, todo = set(), set(), set(_requests(tree, ()))
    while todo:
        request = todo.pop()
        if request not in seen:
            seen.add(request)
            paths, more = _resolve(root, request)
            found |= paths
            todo |= more
    return found


def _requests(tree, package):
    """Return the dotted names, as tuples, that a program imports from the library and uses.

    ``from course_lib import data`` and ``data.load_font()`` ask for ``course_lib.data.load_font``.
    """
    found, imported, attributes, uses = set(), [], defaultdict(list), Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {tuple(alias.name.split(".")) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            base += tuple(node.module.split(".")) if node.module else ()
            imported += [(base, alias) for alias in node.names]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            attributes[node.value.id].append(node.attr)
        elif isinstance(node, ast.Name):
            uses[node.id] += 1
    for base, alias in imported:
        path = base if alias.name == "*" else (*base, alias.name)
        bound = alias.asname or alias.name
        if attributes[bound] and len(attributes[bound]) == uses[bound]:
            found |= {(*path, name) for name in attributes[bound]}
        else:  # it is also used by itself
            found.add(path)
    return frozenset(path for path in found if path[0] == LIBRARY)


@cache
def _requests_of(path, package):
    """Return the dotted names that a module imports from the library and uses."""
    return _requests(parsed_file(path), package)


def _resolve(root, request):
    """Return the files of a dotted name, and the names that its module in turn asks for."""
    paths, module = set(), root
    for number, part in enumerate(request):
        if (module / part / "__init__.py").is_file():
            module = module / part
            paths.add(module / "__init__.py")
        elif (module / f"{part}.py").is_file():
            path = module / f"{part}.py"
            return paths | {path}, _requests_of(path, request[:number])
        elif paths:
            return paths, _passed_on(module / "__init__.py", request[:number], part)
        else:
            return paths, set()
    return paths, _requests_of(module / "__init__.py", request)


@cache
def _passed_on(path, package, name):
    """Return what a package's ``__init__`` needs for one of its names."""
    tree = parsed_file(path)
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    line = ast.ImportFrom(node.module, [alias], node.level)
                    return _requests(ast.Module([line], []), package)
    return _requests(tree, package)


# --- Reading code ------------------------------------------------------------------------------


def read(path):
    """Return the notebook of a file; a ValueError names the file if it is none."""
    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        raise ValueError(f"{path} is no notebook: {error}") from None


def code_cells(notebook):
    """Return the code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@cache
def parsed_file(path):
    """Return the syntax tree of a module without docstrings."""
    return parsed(path.read_text(encoding="utf-8"))


def parsed(source):
    """Return a syntax tree without docstrings; an empty one where there is an error of syntax."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ast.Module([], [])  # importing or running it will tell
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [line for line in node.body if not _is_text(line)]
    return tree


def _is_text(line):
    """Return whether a statement is a string by itself: a docstring, also one under a field."""
    value = line.value if isinstance(line, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _constants(tree):
    """Return the strings in a program."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _constants_of(path):
    """Return the strings in a module."""
    return _constants(parsed_file(path))


def _pinned(path):
    """Return the lines of a requirements file without comments."""
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return "\n".join(line for line in lines if line)


@cache
def _digest_of(path):
    """Return a digest of a file; of a module, of its code without docstrings and comments."""
    if path.suffix == ".py" and (tree := parsed_file(path)).body:
        return digest(ast.dump(tree))
    return digest(path.read_bytes())


def digest(content):
    """Return the first 16 digits of the SHA-256 of a text or of bytes."""
    content = content if isinstance(content, bytes) else content.encode()
    return hashlib.sha256(content).hexdigest()[:16]
