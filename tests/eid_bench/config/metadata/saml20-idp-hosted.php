<?php
$unspecified = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';
$metadata['http://127.0.0.1:' . getenv('BENCH_PORT') . '/idp'] = [
    'host' => '__DEFAULT__',
    'auth' => 'people',
    'privatekey' => 'idp.key',
    'certificate' => 'idp.crt',
    'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'validate.authnrequest' => true,
    'SingleSignOnServiceBinding' => ['urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'],
    'saml20.sendartifact' => true,
    'saml20.sign.response' => true,
    'saml20.sign.assertion' => true,
    'assertion.lifetime' => 300,
    'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    'NameIDFormat' => $unspecified,
    'simplesaml.nameidattribute' => 'login',
    'authproc' => [
        // The level of assurance is a person's own here, so that the wrong ones can be tried.
        10 => [
            'class' => 'core:PHP',
            'code' => '$state["saml:AuthnContextClassRef"] = $attributes["level"][0]; unset($attributes["level"]);',
        ],
        20 => ['class' => 'saml:AttributeNameID', 'attribute' => 'login', 'Format' => $unspecified],
        30 => ['class' => 'core:PHP', 'code' => 'unset($attributes["login"]);'],
    ],
];
