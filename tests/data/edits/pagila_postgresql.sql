-- Rows for Pagila's schema.
INSERT INTO country (country_id, country) VALUES (1, 'Iceland'), (2, 'Peru');
INSERT INTO city (city_id, city, country_id) VALUES (1, 'Akureyri', 1), (2, 'Cusco', 2);
INSERT INTO address (address_id, address, address2, district, city_id, postal_code, phone) VALUES
    (1, '1 Long Street', NULL, 'North', 1, '600', '111'), (2, '2 Short Street', 'back', 'South', 2, NULL, '222'),
    (3, '3 No Street', '', '', 2, '08000', '333');
INSERT INTO store (store_id, manager_staff_id, address_id) VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO staff (staff_id, first_name, last_name, address_id, email, store_id, username, password, picture) VALUES
    (1, 'Ann', 'A', 1, 'ann@example.com', 1, 'ann', 'secret', '\x00ff'),
    (2, 'Bob', 'B', 2, NULL, 2, 'bob', NULL, NULL);
INSERT INTO customer (customer_id, store_id, first_name, last_name, email, address_id, active) VALUES
    (1, 1, 'Cleo', 'C', 'cleo@example.com', 3, 1), (2, 2, 'Dan', 'D', 'dan@example.com', 3, NULL);
INSERT INTO language (language_id, name) VALUES (1, 'Icelandic'), (2, 'Quechua');
INSERT INTO film (film_id, title, description, release_year, language_id, original_language_id, length, rating,
    special_features) VALUES
    (1, 'SNOW', 'a film; of "snow"', 1999, 1, NULL, 90, 'PG', '{Trailers,"Deleted Scenes"}'),
    (2, 'SAND', NULL, NULL, 2, 1, 120, 'PG-13', NULL), (3, 'SEA', 'tab	and\backslash', 2024, 1, 2, NULL, 'G', '{}');
INSERT INTO actor (actor_id, first_name, last_name) VALUES (1, 'EVA', 'E'), (2, 'FINN', 'F');
INSERT INTO film_actor (actor_id, film_id) VALUES (1, 1), (1, 2), (2, 3);
INSERT INTO category (category_id, name) VALUES (1, 'Cold'), (2, 'Hot');
INSERT INTO film_category (film_id, category_id) VALUES (1, 1), (2, 2), (3, 1);
INSERT INTO inventory (inventory_id, film_id, store_id) VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO rental (rental_id, rental_date, inventory_id, customer_id, return_date, staff_id) VALUES
    (1, '2022-02-03 04:05:06+00', 1, 1, NULL, 1), (2, '2022-05-06 07:08:09+00', 2, 2, '2022-05-07 00:00:00+00', 2);
INSERT INTO payment (payment_id, customer_id, staff_id, rental_id, amount, payment_date) VALUES
    (1, 1, 1, 1, 4.99, '2022-02-03 04:05:06+00'), (2, 2, 2, 2, 0.99, '2022-05-06 07:08:09+00');
