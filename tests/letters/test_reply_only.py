"""Sentences that only ask for the reply, and ask nothing that could be answered, in every language that is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from compliance.letters.read import read_letter

_NUMBERED = {
    "en": "Subject: Request for information under Article 67(2) of Regulation (EU) 2022/2065\n\n"
    "1. How many notices did you receive in July 2026?",
    "fr": "Objet : Demande de renseignements au titre de l'article 67, paragraphe 2, du règlement (UE) 2022/2065\n\n"
    "1. Combien de notifications avez-vous reçues en juillet 2026 ?",
    "de": "Betreff: Auskunftsverlangen nach Artikel 67 Absatz 2 der Verordnung (EU) 2022/2065\n\n"
    "1. Wie viele Meldungen haben Sie im Juli 2026 erhalten?",
    "es": "Asunto: Solicitud de información con arreglo al artículo 67, apartado 2, del Reglamento (UE) 2022/2065\n\n"
    "1. ¿Cuántas notificaciones recibieron en julio de 2026?",
    "it": "Oggetto: Richiesta di informazioni ai sensi dell'articolo 67, paragrafo 2, del regolamento (UE) 2022/2065\n\n"
    "1. Quante segnalazioni avete ricevuto nel luglio 2026?",
    "nl": "Betreft: Verzoek om inlichtingen op grond van artikel 67, lid 2, van Verordening (EU) 2022/2065\n\n"
    "1. Hoeveel meldingen heeft u in juli 2026 ontvangen?",
    "pl": "Dotyczy: Żądanie udzielenia informacji na podstawie art. 67 ust. 2 rozporządzenia (UE) 2022/2065\n\n"
    "1. Ile zgłoszeń otrzymano w lipcu 2026 r.?",
    "pt": "Assunto: Pedido de informações nos termos do artigo 67.º, n.º 2, do Regulamento (UE) 2022/2065\n\n"
    "1. Quantas notificações receberam em julho de 2026?",
}

_ONLY_A_REPLY = [
    ("en", "You are required to answer by 30 September 2026."),
    ("en", "We would be grateful for your answers by 30 September 2026."),
    ("en", "We ask you to reply no later than 30 September 2026."),
    ("fr", "Veuillez répondre au plus tard le 30 septembre 2026."),
    ("fr", "Vous êtes priés de bien vouloir répondre pour le 30 septembre 2026."),
    ("fr", "Merci de répondre au plus tard le 30 septembre 2026."),
    ("fr", "Je vous saurais gré de bien vouloir me faire parvenir vos observations avant le 30 septembre 2026."),
    ("de", "Wir bitten Sie um Rückmeldung bis zum 30. September 2026."),
    ("de", "Bitte nehmen Sie bis zum 30. September 2026 Stellung."),
    ("es", "Le rogamos que responda a más tardar el 30 de septiembre de 2026."),
    ("es", "Les rogamos contesten a más tardar el 30 de septiembre de 2026."),
    ("it", "Vi preghiamo di rispondere entro e non oltre il 30 settembre 2026."),
    ("it", "Vogliate rispondere entro il 30 settembre 2026."),
    ("nl", "Wij verzoeken u om uiterlijk 30 september 2026 te reageren."),
    ("nl", "U dient uiterlijk op 30 september 2026 te reageren."),
    ("pl", "Są Państwo proszeni o ustosunkowanie się do dnia 30 września 2026 r."),
    ("pt", "Solicitamos que respondam até 30 de setembro de 2026."),
    ("pt", "Agradecemos que nos respondam até 30 de setembro de 2026."),
]

_A_DEMAND_BESIDE = [
    ("en", "We ask you to reply by 30 September 2026 and to describe how you handle complaints."),
    ("fr", "Veuillez répondre avant le 30 septembre 2026 et conserver les journaux de la période."),
    ("de", "Wir bitten Sie um Rückmeldung bis zum 30. September 2026 und um Übersendung Ihrer Arbeitsanweisungen."),
    ("es", "Le rogamos que responda a más tardar el 30 de septiembre de 2026 y que describa el procedimiento."),
    ("it", "Vi preghiamo di rispondere entro il 30 settembre 2026 e di trasmettere le procedure interne."),
    ("nl", "Wij verzoeken u om uiterlijk 30 september 2026 te reageren en de logbestanden te bewaren."),
    ("pl", "Są Państwo proszeni o ustosunkowanie się do dnia 30 września 2026 r. oraz zachowanie dzienników."),
    ("pt", "Solicitamos que respondam até 30 de setembro de 2026 e descrevam o procedimento."),
]


def _unnumbered(tmp_path: Path, language: str, sentence: str) -> tuple[str, list[str]]:
    path = tmp_path / "letter.txt"
    head = "European Commission\n\nBrussels, 7.9.2026\nSYN/2026/0301\n\n"
    path.write_text(f"{head}{_NUMBERED[language]}\n\n{sentence}\n", "utf-8")
    letter = read_letter(path)
    assert [each.number for each in letter.questions if each.number] == ["1"]
    return letter.language, [each.text for each in letter.questions if each.number is None]


@pytest.mark.parametrize(("language", "sentence"), _ONLY_A_REPLY)
def test_a_wish_for_the_reply_is_no_question(tmp_path: Path, language: str, sentence: str) -> None:
    """Beside a numbered question, a sentence that says by when to reply is no further question."""
    assert _unnumbered(tmp_path, language, sentence) == (language, [])


@pytest.mark.parametrize(("language", "sentence"), _A_DEMAND_BESIDE)
def test_a_demand_beside_the_wish_for_the_reply_stays(tmp_path: Path, language: str, sentence: str) -> None:
    """Where the same sentence asks for something more than the reply, it is kept and asked."""
    assert _unnumbered(tmp_path, language, sentence) == (language, [sentence])
