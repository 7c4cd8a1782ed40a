CREATE TABLE "old" (
    "c749" FLOAT
);
