"""Words of which people here make their passwords: data, read by the rules."""

# The estimator itself knows thirty thousand common passwords and English words.
GUESSED_FIRST = """
haslo hasło mojehaslo tajne tajnehaslo zaq12wsx polska polak warszawa krakow kraków wroclaw
wrocław poznan poznań gdansk gdańsk lodz łódź szczecin katowice lublin bialystok białystok
pila piła misiaczek kochanie kocham kochamcie kocham cie myszka misiek mateusz bartek
agnieszka marcin monika karolina kasia basia malgosia małgosia gosia zosia ania magda
dominika natalia patryk damian lukasz łukasz kamil michal michał pawel paweł krzysztof
tomek wojtek piotrek samsung dupa dupadupa kurwa kurwamac lol123 qwe123 matrix niunia
kacper maciek slonko słonko sloneczko słoneczko kwiatek tygrys legia lech wisla wisła
widzew internet komputer dzien dzień noc styczen luty marzec kwiecien maj czerwiec lipiec
sierpien wrzesien pazdziernik listopad grudzien wiosna lato jesien zima przedszkole
przedszkola szkola szkoła szkolne zlobek żłobek dyrektor dyrektorka sekretariat nauczyciel
rekrutacja nabor nabór wniosek urzad urząd gmina miasto oswiata oświata koordynator operator
"""
