"""Is the house still small enough to be read?"""

import ast
import re
from statistics import median, quantiles

import pytest

from tests.architecture.source import Source, everything, kilo_lines, product, sources

EXEMPT: dict[str, str] = {}
"""File -> why it may be longer than 400 lines, and until when."""
BROAD_EXCEPT = ("agent/worker/loop.py", "agent/web.py")
NO_ANY = ("tools/domain/", "tools/policy/", "agent/nodes/")
EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|managers?|common|misc)($|_)")
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore|pragma)")
WELL_SUPPRESSED = re.compile(
    r"#\s*(noqa: [A-Z]+\d+(, [A-Z]+\d+)*|(type|pyright): ignore\[[\w, -]+\]) - \w+"
)


def over(files: tuple[Source, ...], limit: int) -> dict[str, int]:
    return {f.name: f.lines for f in files if f.lines > limit and f.name not in EXEMPT}


def test_no_file_of_the_product_is_longer_than_400_lines():
    assert over(product(), 400) == {}


def test_no_file_of_tests_is_longer_than_500_lines():
    assert over(sources("tests"), 500) == {}


def test_files_are_mostly_short():
    lengths = [file.lines for file in product() if file.lines]
    assert median(lengths) <= 120
    assert quantiles(lengths, n=20)[-1] <= 300


def test_functions_are_mostly_short_and_none_is_longer_than_50_lines():
    lengths = {
        f"{file.name}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for file in product()
        for node in file.functions()
    }
    assert {name: length for name, length in lengths.items() if length > 50} == {}
    assert median(lengths.values()) <= 10
    assert quantiles(lengths.values(), n=20)[-1] <= 35


def test_a_node_fits_on_a_screen_and_the_graph_is_wiring_only():
    too_long = {
        f"{file.name}:{node.name}": length
        for file in sources("agent/nodes")
        for node in file.functions()
        if (length := (node.end_lineno or 0) - node.lineno + 1) > 50
    }
    graph = [file.lines for file in product() if file.name == "agent/graph.py"]
    assert too_long == {}
    assert all(lines <= 150 for lines in graph)


def test_a_conftest_is_short():
    confts = tuple(file for file in sources("tests") if file.name.endswith("conftest.py"))
    assert over(confts, 200) == {}


def test_booleans_are_keyword_only_in_every_signature():
    positional = [
        f"{file.name}:{node.lineno} {node.name}({argument.arg})"
        for file in product()
        for node in file.functions()
        for argument in (*node.args.posonlyargs, *node.args.args)
        if isinstance(argument.annotation, ast.Name)
        and argument.annotation.id == "bool"
        and not _is_decorated_command(node)
    ]
    assert positional == []


def test_everything_is_caught_only_where_it_is_logged_and_work_goes_on():
    broad = [
        f"{file.name}:{node.lineno}"
        for file in everything()
        if file.name not in BROAD_EXCEPT
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ExceptHandler) and _is_broad(node)
    ]
    assert broad == []


def test_no_text_for_people_is_written_in_python():
    long = [
        f"{file.name}:{node.lineno}"
        for file in product()
        for node in _texts(file)
        if len(str(node.value)) >= 400
    ]
    assert long == []


def test_any_is_nowhere_near_records_rules_and_nodes_and_rare_elsewhere():
    used = [f"{file.name}:{line}" for file in product() for line in _any_lines(file)]
    assert [place for place in used if place.startswith(NO_ANY)] == []
    assert len(used) <= 2 * kilo_lines(product())


def test_a_name_says_what_is_in_a_file():
    stems = {file.name: file.name.rsplit("/", 1)[-1].removesuffix(".py") for file in everything()}
    assert [name for name, stem in stems.items() if EMPTY_NAMES.search(stem)] == []


def test_a_suppression_names_its_code_and_its_reason():
    found = [(f.name, c) for f in everything() for c in f.comments() if SUPPRESSION.search(c)]
    assert [one for one in found if not WELL_SUPPRESSED.search(one[1])] == []
    in_product = [one for one in found if one[0].startswith(("agent", "tools", "evals"))]
    assert len(in_product) <= 2 * kilo_lines(product())


def test_every_module_says_in_one_sentence_which_question_it_answers():
    silent = [
        file.name
        for file in everything()
        if not file.name.endswith("__init__.py") and not ast.get_docstring(file.tree)
    ]
    assert silent == []


@pytest.mark.parametrize(
    "file",
    [file for file in sources("tests") if "/test_" in file.name],
    ids=lambda file: file.name,
)
def test_tests_do_not_sleep(file: Source):
    assert _sleeps(file.tree) - _sleeps_between_looks(file.tree) == set()


def _sleeps(tree: ast.AST) -> set[int]:
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    }


def _sleeps_between_looks(tree: ast.AST) -> set[int]:
    """Another process can only be waited for by looking again and again."""
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.While)]
    return {line for loop in loops for line in _sleeps(loop)}


def _is_broad(node: ast.ExceptHandler) -> bool:
    if node.type is None:
        return True
    names = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    return any(ast.unparse(name) in {"Exception", "BaseException"} for name in names)


def _is_decorated_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Typer reads options from the signature; there every argument is a keyword anyway."""
    return any(".command" in ast.unparse(one) for one in node.decorator_list)


def _texts(file: Source) -> list[ast.Constant]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def _any_lines(file: Source) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Name) and node.id == "Any"
    ]
