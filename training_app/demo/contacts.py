"""Whom the citizens of the demo agency turn to.  All of them are invented."""

# ruff: noqa: RUF001 - French has its own apostrophe
from typing import Any

CONTACTS: dict[str, Any] = {
    "oversight": {
        "name": {"en": "Demo Police Oversight Board", "fr": "Comité de contrôle de la Demo Police"},
        "reach": {
            "en": "By post: 1 Example Square, 0000 Demo City. Visits on Tuesdays from 9:00 to 12:00, without "
            "appointment.",
            "fr": "Par courrier : 1 place de l’Exemple, 0000 Démoville. Permanence le mardi de 9\u00a0h à 12\u00a0h, "
            "sans rendez-vous.",
        },
        "mail": "oversight-board@demo.example",
        "phone": "+32 0 000 00 01",
    },
    "agency": {
        "name": {"en": "Demo Police, office for AI tools", "fr": "Demo Police, bureau des outils d’IA"},
        "reach": {
            "en": "By post: 2 Example Square, 0000 Demo City.",
            "fr": "Par courrier : 2 place de l’Exemple, 0000 Démoville.",
        },
        "mail": "ai-tools@demo.example",
    },
    "data-protection-officer": {
        "name": {"en": "Data protection officer of the Demo Police", "fr": "Délégué à la protection des données"},
        "mail": "data-protection@demo.example",
    },
    "supervisory-authority": {
        "name": {"en": "Demo Data Protection Authority", "fr": "Autorité de protection des données de Démo"},
        "web": "https://data-protection.example",
    },
    "market-surveillance": {
        "name": {"en": "Demo Market Surveillance Authority", "fr": "Autorité de surveillance du marché de Démo"},
        "web": "https://market-surveillance.example",
    },
}
