"""Refusals at the commission's desk."""

from ksr_saas.kernel.errors import N_, KsrError


class ClaimsOpen(KsrError):
    """Some claims have not been decided yet."""

    status = 409
    code = "claims-open"
    title = N_("Nie wszystkie kryteria są rozstrzygnięte")
    message = N_("Uznaj albo odrzuć każde kryterium, a potem zatwierdź wniosek.")


class CertificateOpen(KsrError):
    """The certificate is not there, or was not compared with its document."""

    code = "certificate-open"
    title = N_("Świadectwo nie jest jeszcze sprawdzone")
    message = N_(
        "Porównaj oceny i wyniki egzaminu z dokumentami i potwierdź zgodność. Jeżeli ich brakuje "
        "albo się nie zgadzają, zwróć wniosek do poprawy."
    )


class ReasonMissing(KsrError):
    """A refusal, a return or a rejection needs a reason the family can read."""

    status = 422
    code = "reason-missing"
    title = N_("Brakuje uzasadnienia")
    message = N_("Napisz uzasadnienie, co najmniej 10 znaków. Rodzic zobaczy je w swojej sprawie.")


class SignatureMissing(KsrError):
    """The rules want both parents' signatures, and one is there without a reason."""

    code = "signature-missing"
    title = N_("Brakuje podpisu drugiego rodzica")
    message = N_(
        "W tej gminie wniosek podpisują oboje rodzice. Drugi może podpisać ze swojego logowania "
        "albo w placówce. Jeżeli nie podpisze, zwróć wniosek do poprawy z powodem."
    )


class StillWithFamily(KsrError):
    """The family's days for the correction are not over."""

    code = "still-with-family"
    title = N_("Rodzic ma jeszcze czas na poprawkę")
    message = N_("Wniosek można wziąć do sprawdzenia bez poprawki, gdy minie termin dla rodzica.")


class VerificationClosed(KsrError):
    """The result has been published; applications are no longer verified."""

    code = "verification-closed"
    title = N_("Weryfikacja jest zamknięta")
    message = N_("Wyniki zostały opublikowane. Zmiana wymaga odwołania.")
