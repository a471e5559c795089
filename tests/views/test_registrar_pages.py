import pytest
from tests.views.demo_agency import load_agency
from training_app.models.tools import ToolVersion

@pytest.fixture
def agency(make_app, database):
    return load_agency(make_app, database)

def test_smoke(agency):
    b = agency.browser("registrar")
    for path in ["/registrar/tools", "/registrar/tools/sightline", "/registrar/tools/sightline/register-version"]:
        r = b.get(path); print(r.status_code)
        assert r.status_code == 200, r.text
    r = b.post("/registrar/tools/sightline/register-version", {"label": "3.3", "predecessor": "2", "what_changed": "x", "how_to_stop": "y", "prohibition": "none"})
    assert r.status_code == 302, r.text
    v = agency.id_of(ToolVersion, label="3.3")
    for path in [f"/registrar/versions/{v}", "/registrar/versions/1", f"/registrar/versions/{v}/requirements", f"/registrar/versions/{v}/assess/2", f"/registrar/versions/{v}/release", "/registrar/assessments/1", "/registrar/requirement-sets/1", "/registrar/tools"]:
        r = b.get(path); print(path, r.status_code)
        assert r.status_code == 200, r.text
