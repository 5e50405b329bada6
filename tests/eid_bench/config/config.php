<?php
// An identity provider for tests: everything it writes lies in the folder of one test run.
$work = getenv('BENCH_WORK');
$config = [
    'baseurlpath' => 'http://127.0.0.1:' . getenv('BENCH_PORT') . '/',
    'certdir' => "$work/keys/",
    'loggingdir' => "$work/log/",
    'datadir' => "$work/data/",
    'tempdir' => "$work/tmp",
    'metadatadir' => __DIR__ . '/metadata/',
    'attributenamemapdir' => getenv('BENCH_HOME') . '/attributemap/',
    'secretsalt' => 'only for tests on one machine',
    'auth.adminpassword' => 'only-for-tests',
    'admin.checkforupdates' => false,
    'technicalcontact_name' => 'tests',
    'technicalcontact_email' => 'tests@example.org',
    'timezone' => 'UTC',
    'production' => false,
    'logging.handler' => 'file',
    'logging.logfile' => 'provider.log',
    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],
    'session.phpsession.savepath' => "$work/sessions",
    'session.cookie.secure' => false,
    'language.available' => ['en', 'pl'],
    'language.default' => 'pl',
    'language.cookie.secure' => false,
    // Answers wait for their artifacts in a database; sessions alone cannot hold them.
    'store.type' => 'sql',
    'store.sql.dsn' => "sqlite:$work/data/store.sqlite",
    'store.sql.prefix' => 'bench',
    'metadata.sources' => [['type' => 'flatfile']],
    'trusted.url.domains' => [],
];
