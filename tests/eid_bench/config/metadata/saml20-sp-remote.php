<?php
// By artifact an encrypted answer of this version is invalid, so only POST is encrypted.
$providers = [
    'lipno' => ['/eid', true],
    'sanok' => ['/eid', false],
    'warta' => ['/eid', true],
    'olawa' => ['/pracownik/sso', true],
];
foreach ($providers as $city => [$path, $encrypted]) {
    $issuer = "http://$city.localhost:" . getenv('BENCH_OURS') . $path;
    $address = "$issuer/acs";
    $metadata[$issuer] = [
        'AssertionConsumerService' => [
            [
                'index' => 0,
                'isDefault' => true,
                'Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
                'Location' => $address,
            ],
            [
                'index' => 1,
                'Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact',
                'Location' => $address,
            ],
        ],
        'keys' => [
            ['type' => 'X509Certificate', 'signing' => true, 'encryption' => false,
             'X509Certificate' => certificate_of("$city.signing")],
            ['type' => 'X509Certificate', 'signing' => false, 'encryption' => true,
             'X509Certificate' => certificate_of("$city.encryption")],
        ],
        'validate.authnrequest' => true,
        'assertion.encryption' => $encrypted,
        'NameIDFormat' => 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    ];
}

function certificate_of($name)
{
    $file = getenv('BENCH_WORK') . "/keys/$name.crt";
    $text = is_file($file) ? file_get_contents($file) : '';
    return preg_replace('/-----[A-Z ]+-----|\s/', '', $text);
}
