"""How a figure is printed."""


def print_row(what: str, value: str, unit: str, aim: str = "") -> None:
    """One line of the report."""
    print(f"{what:<62} {value:>12} {unit:<10} {aim}", flush=True)
