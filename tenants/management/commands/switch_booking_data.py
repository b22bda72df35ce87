"""manage.py switch_booking_data 142051 none --requested-by … --approved-by … [--apply]"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from madoguchi import clock
from madoguchi.errors import DomainError
from madoguchi.hooks.contracts.bookings import PersonalData
from madoguchi.tenancy import find_city
from tenants.management.approval import add_approval, read_approval
from tenants.management.owner import require_owner
from tenants.provisioning import switching_data
from tenants.provisioning.switching_data import SwitchPlan


class Command(BaseCommand):
    help = (
        "Change what a city keeps of the people who book. Without --apply only the plan is shown; with it"
        " what is no longer kept is purged, counted again and closed in the database, or nothing changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the city, what it is to keep and the two operators."""
        parser.add_argument("code", help="local government code")
        parser.add_argument("personal_data", choices=[str(each) for each in PersonalData])
        parser.add_argument("--apply", action="store_true", help="do it")
        add_approval(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Show the plan, or carry it out; exit 1 when it is refused."""
        require_owner()
        try:
            self._run(options)
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _run(self, options: dict[str, Any]) -> None:
        city, after = find_city(code=options["code"]), PersonalData(options["personal_data"])
        if not options["apply"]:
            self._say_plan(switching_data.plan_switch(city=city, after=after))
            self.stdout.write("Nothing was changed: add --apply, --requested-by, --approved-by and --reason.")
            return
        approval = read_approval(options)
        if approval is None or not approval.reason:
            raise CommandError("two different operators and a reason are needed: see --help")
        done = switching_data.switch(city=city, after=after, approval=approval, now=clock.now())
        sizes = switching_data.rewrite(city=city, tables=done.plan.closes)
        self._say_plan(done.plan)
        for name, rows in done.purged.items():
            self.stdout.write(f"purged {name}: {rows}, left: 0")
        for table, size in sizes.items():
            again = "" if size == 0 else "; an old transaction holds rows: run VACUUM FULL on it later"
            self.stdout.write(f"file of {table}: {size} bytes{again}")
        self.stdout.write(f"proof {done.proof} (in the audit lists of the city and of our operators)")
        self.stdout.write("Backups made before this moment still hold the rows until they expire.")

    def _say_plan(self, plan: SwitchPlan) -> None:
        self.stdout.write(f"{plan.before} -> {plan.after}")
        for table, rows in plan.closes.items():
            self.stdout.write(f"closes {table}: {rows} rows go")
        for table in plan.opens:
            self.stdout.write(f"opens {table}")
