-- Some of the rows are enough.
DELETE FROM playlist_track WHERE track_id > 60;
DELETE FROM invoice_line WHERE track_id > 60;
DELETE FROM track WHERE track_id > 60;
