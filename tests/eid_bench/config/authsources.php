<?php
// People nobody can be: those with a PESEL were born in the 19th century.
function person($login, $given, $family, $born, $identifier, $level)
{
    $attribute = 'http://eidas.europa.eu/attributes/naturalperson/';
    return [
        'login' => [$login],
        'level' => ["http://eidas.europa.eu/LoA/$level"],
        "{$attribute}CurrentGivenName" => [$given],
        "{$attribute}CurrentFamilyName" => [$family],
        "{$attribute}DateOfBirth" => [$born],
        "{$attribute}PersonIdentifier" => [$identifier],
    ];
}
// A member of staff: the city's provider says an address, and groups nobody asked for.
function member($login, $mail, $context)
{
    return [
        'login' => [$login],
        'level' => [$context],
        'urn:oid:0.9.2342.19200300.100.1.3' => [$mail],
        'groups' => ['urzad', 'oswiata'],
    ];
}
$config = [
    'people' => [
        'exampleauth:UserPass',
        'zaneta:test' => person('zaneta', 'Żaneta', 'Gżegżółka-Testowa', '1885-03-01', '85830112341', 'substantial'),
        'olena:test' => person('olena', 'Олена', 'Тестова', '1885-03-01', '85830112358', 'high'),
        'hans:test' => person('hans', 'Hans', 'Müller', '1980-07-07', 'DE/PL/X1234567', 'substantial'),
        'weak:test' => person('weak', 'Piotr', 'Testowy', '1885-03-01', '85830112341', 'low'),
        'kadry:test' => member('kadry', 'Anna.Kadrowa@Olawa.example', 'https://refeds.org/profile/mfa'),
        'biuro:test' => member('biuro', 'anna.kadrowa@olawa.example', 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'),
        'obcy:test' => member('obcy', 'nikt@olawa.example', 'https://refeds.org/profile/mfa'),
    ],
];
