-- What the commission decides after a decree, and what follows.

-- Who no longer decides on an application, as a JSON array: each said so, or took part in what an appeal overturned.
ALTER TABLE application ADD COLUMN recused TEXT;
