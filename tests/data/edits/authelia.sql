-- Rows for the newest schema of Authelia, in all dialects.
INSERT INTO user_opaque_identifier (id, service, sector_id, username, identifier) VALUES
    (1, 'openid', '', 'ann', '5d0ed05d-3d4b-4d0c-8b3f-000000000001'),
    (2, 'openid', '', 'bob', '5d0ed05d-3d4b-4d0c-8b3f-000000000002'),
    (3, 'openid', 'sector', 'ann', '5d0ed05d-3d4b-4d0c-8b3f-000000000003');
INSERT INTO user_preferences (id, username, second_factor_method) VALUES
    (1, 'ann', 'totp'), (2, 'bob', 'webauthn'), (3, 'it''s me', 'totp');
INSERT INTO totp_configurations (id, username, issuer, algorithm, digits, period, secret) VALUES
    (1, 'ann', 'Authelia', 'SHA1', 6, 30, 'first secret'), (2, 'bob', NULL, 'SHA256', 8, 60, 'second secret');
INSERT INTO totp_history (id, username, step) VALUES
    (1, 'ann', 'a0'), (2, 'ann', 'a1'), (3, 'bob', 'b0');
INSERT INTO webauthn_users (id, rpid, username, userid) VALUES
    (1, 'example.com', 'ann', 'f00'), (2, 'example.com', 'bob', 'f01');
INSERT INTO webauthn_credentials (id, rpid, username, description, kid, aaguid, attachment, discoverable, public_key) VALUES
    (1, 'example.com', 'ann', 'a key', 'kid1', '5d0ed05d-3d4b-4d0c-8b3f-00000000000a', 'usb', TRUE, 'key one'),
    (2, 'example.com', 'bob', 'his key', 'kid2', NULL, 'nfc', FALSE, 'key two');
INSERT INTO authentication_logs (id, successful, banned, username, auth_type, remote_ip, request_uri) VALUES
    (1, TRUE, FALSE, 'ann', '1FA', '10.0.0.1', '/'), (2, FALSE, FALSE, 'ann', 'TOTP', '10.0.0.1', NULL),
    (3, TRUE, FALSE, 'bob', '1FA', NULL, '/?a=b'), (4, FALSE, TRUE, 'bob', 'TOTP', '::1', '/x');
INSERT INTO banned_ip (id, ip, source, reason) VALUES (1, '10.0.0.9', 'admin', 'too often'), (2, '10.0.0.8', 'rule', NULL);
INSERT INTO banned_user (id, username, source, expires) VALUES (1, 'eve', 'admin', '2030-01-01 00:00:00');
INSERT INTO identity_verification (id, jti, issued_ip, exp, username, action, consumed_ip) VALUES
    (1, '5d0ed05d-3d4b-4d0c-8b3f-0000000000b1', '10.0.0.1', '2030-01-01 00:00:00', 'ann', 'reset', '10.0.0.2'),
    (2, '5d0ed05d-3d4b-4d0c-8b3f-0000000000b2', '10.0.0.1', '2030-01-02 00:00:00', 'bob', 'reset', NULL);
INSERT INTO encryption (id, name, value) VALUES (1, 'check', 'abc'), (2, 'other', 'def');
INSERT INTO duo_devices (id, username, device, method) VALUES (1, 'ann', 'DEV1', 'push'), (2, 'bob', 'DEV2', 'sms');
INSERT INTO cached_data (id, updated_at, name, value) VALUES (1, '2024-05-06 07:08:09', 'mds3', 'blob');
INSERT INTO migrations (id, version_before, version_after, application_version) VALUES
    (1, NULL, 1, '4.33'), (2, 1, 26, '4.39');
INSERT INTO oauth2_consent_preconfiguration (id, client_id, subject, scopes, requested_claims) VALUES
    (1, 'app', '5d0ed05d-3d4b-4d0c-8b3f-000000000001', 'openid', '{"a": 1}'),
    (2, 'app', '5d0ed05d-3d4b-4d0c-8b3f-000000000002', 'openid email', NULL);
INSERT INTO oauth2_consent_session (id, challenge_id, client_id, subject, form_data, requested_scopes, granted_scopes,
    preconfiguration) VALUES
    (1, '5d0ed05d-3d4b-4d0c-8b3f-0000000000c1', 'app', '5d0ed05d-3d4b-4d0c-8b3f-000000000001', 'x=1', 'openid', '', 1),
    (2, '5d0ed05d-3d4b-4d0c-8b3f-0000000000c2', 'app', '5d0ed05d-3d4b-4d0c-8b3f-000000000002', 'x=2', 'openid', 'openid', NULL);
INSERT INTO oauth2_access_token_session (id, challenge_id, request_id, client_id, signature, subject, requested_scopes,
    granted_scopes, form_data, session_data) VALUES
    (1, '5d0ed05d-3d4b-4d0c-8b3f-0000000000c1', 'r1', 'app', 'signature one', '5d0ed05d-3d4b-4d0c-8b3f-000000000001',
        'openid', 'openid', 'x=1', 'data'),
    (2, NULL, 'r2', 'app', 'signature two', NULL, 'openid', '', 'x=2', 'more data');
INSERT INTO oauth2_blacklisted_jti (id, signature) VALUES (1, 's1'), (2, 's2');
