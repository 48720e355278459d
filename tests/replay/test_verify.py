"""A clean firm verifies, whole and by trust account."""

from pathlib import Path

import orjson

from tests.replay.practice import practice


def test_a_clean_firm_verifies(database_url: str, tmp_path: Path) -> None:
    with practice(database_url, tmp_path) as firm:
        account_id, _ = firm.live()
        firm.project()
        signed = firm.sign()
        report = firm.verify()
        assert report.ok, report.as_dict()
        assert report.first_fault is None
        assert (report.size, report.root) == (signed.checkpoint.size, signed.checkpoint.root.hex())
        assert report.projected_to == report.size
        counted = {check.name: check.counted for check in report.checks}
        assert counted["log"] == counted["tree"] == report.size
        assert all(counted.values()), counted
        assert orjson.loads(orjson.dumps(report.as_dict()))["ok"] is True
        one = firm.verify(account_id)
        assert one.ok, one.as_dict()
        assert {check.name: check.counted for check in one.checks}["account chains"] == counted["account chains"]
