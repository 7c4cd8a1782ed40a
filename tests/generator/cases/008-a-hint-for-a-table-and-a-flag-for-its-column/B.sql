-- dbwarden: renamed-from hash#tag
CREATE TABLE "t689" (
    "c297" INTEGER
);
