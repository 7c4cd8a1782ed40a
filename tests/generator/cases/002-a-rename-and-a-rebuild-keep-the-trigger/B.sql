-- dbwarden: renamed-from " lead"
CREATE TABLE "t485" (
    "rank" INT
);
CREATE TRIGGER "tr357" BEFORE INSERT ON "t485" BEGIN SELECT 1; END;
