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
$config = [
    'people' => [
        'exampleauth:UserPass',
        'zaneta:test' => person('zaneta', 'Żaneta', 'Gżegżółka-Testowa', '1885-03-01', '85830112341', 'substantial'),
        'olena:test' => person('olena', 'Олена', 'Тестова', '1885-03-01', '85830112358', 'high'),
        'hans:test' => person('hans', 'Hans', 'Müller', '1980-07-07', 'DE/PL/X1234567', 'substantial'),
        'weak:test' => person('weak', 'Piotr', 'Testowy', '1885-03-01', '85830112341', 'low'),
    ],
];
