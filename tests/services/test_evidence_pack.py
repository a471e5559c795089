"""What an evidence pack holds, that it is the same whenever it is made, and that every change to it is found."""

from tests.services.evidence_packs import asked, checked, files, made


def test_a_pack_checks_out(demo_database):
    found, pack = made(asked(demo_database))
    report = checked(pack)
    assert report.faults == []
    print(report.entries, report.bound, report.decisions, report.agreeing, report.refusals, report.files)
    for n, t in files(pack).items():
        print("=====", n, len(t))
        if n.endswith(".csv"): print(t[:1500])
    print(files(pack)["pack.json"])
    assert 0
