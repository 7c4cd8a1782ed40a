SELECT rank FROM " lead";
