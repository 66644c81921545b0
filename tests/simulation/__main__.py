"""Play the simulation: `python -m tests.simulation --seed 7 --steps 20000 --store memory`."""

import time

import click

from tests.simulation.running import demand_enough, run
from tests.simulation.stores import KINDS


@click.command()
@click.option("--seed", default=1, show_default=True)
@click.option("--steps", default=20_000, show_default=True)
@click.option("--store", "kind", type=click.Choice(KINDS), default="memory", show_default=True)
def main(seed: int, steps: int, kind: str) -> None:
    """Play so many steps of the town from a seed, and say what happened."""
    began = time.monotonic()
    result = run(seed, steps, kind)
    click.echo(f"seed {seed}, {steps} steps on {kind}, {time.monotonic() - began:.0f} s")
    click.echo(f"trace {result.trace}")
    for name, count in sorted(result.tally.items()):
        click.echo(f"{count:9} {name}")
    demand_enough(result)


if __name__ == "__main__":
    main()
