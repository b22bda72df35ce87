"""Progress that others see while the work's own transaction is still open."""

from uuid import UUID

import pytest

from madoguchi import clock
from madoguchi.jobs import services
from madoguchi.jobs.models import Job
from madoguchi.ledger.audit.actors import SYSTEM
from madoguchi.ledger.audit.second import second_connection
from madoguchi.tenancy import City, in_city

pytestmark = pytest.mark.django_db(transaction=True)


def queue(city: City) -> UUID:
    with in_city(city):
        return services.queue(
            kind="test", title="試験", permission="", return_url="", actor=SYSTEM, now=clock.now()
        ).id


def seen(job: UUID) -> tuple[object, ...]:
    with second_connection() as second:
        row = second.execute(b"SELECT state, done, total FROM jobs_job WHERE id = %s", [job]).fetchone()
    assert row is not None
    return tuple(row)


def test_progress_is_seen_before_the_work_commits(home: City) -> None:
    job = queue(home)
    with in_city(home):
        services.Progress(job_id=job, now=clock.now()).tell(done=3, total=10)
        assert seen(job) == ("running", 3, 10)


def test_the_end_of_a_job_belongs_to_the_work(home: City) -> None:
    job = queue(home)
    with in_city(home):
        services.finish(job_id=job, total=10, errors=0, message="", now=clock.now())
        assert seen(job)[0] == "queued"
    with in_city(home):
        assert seen(job) == ("done", 10, 10)


def test_who_asks_to_stop_stops_the_next_step(home: City) -> None:
    job = queue(home)
    with in_city(home):
        services.request_cancel(job_id=job)
    with in_city(home), pytest.raises(services.JobCancelled):
        services.Progress(job_id=job, now=clock.now()).tell(done=1, total=2)
    with in_city(home):
        services.close_broken(job_id=job, reason=services.JobCancelled(), now=clock.now())
        assert Job.objects.get(id=job).state == Job.State.CANCELLED


def test_a_broken_job_tells_people_nothing_of_the_inside(home: City) -> None:
    job = queue(home)
    with in_city(home):
        services.close_broken(job_id=job, reason=OSError("/secret/path"), now=clock.now())
        closed = Job.objects.get(id=job)
    assert closed.state == Job.State.FAILED
    assert "secret" not in closed.message
