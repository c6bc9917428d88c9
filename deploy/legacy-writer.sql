-- What legacy's customers do, once a second until it is stopped: an order with two lines that takes from the stock, in one transaction.
SET TIME ZONE 'Europe/Berlin';
WITH picked AS (
  SELECT * FROM "Product" ORDER BY random() LIMIT 2
), placed AS (
  INSERT INTO "Orders"("OrderNumber", "CustomerId", "Email", "Status", "Total", "Currency", "CreatedOn", "PaidOn")
  SELECT nextval('"OrderNumber"')::text, id, 'shopper' || id || '@town.test', 'Paid', (SELECT sum("Price") FROM picked), 'EUR', localtimestamp, localtimestamp
  FROM (SELECT 1 + floor(random() * 200)::int AS id) AS customer
  RETURNING "Id"
), lines AS (
  INSERT INTO "OrderLine"("OrderId", "ProductId", "Sku", "Name", "Quantity", "UnitPrice")
  SELECT placed."Id", picked."Id", "Sku", "Name", 1, "Price" FROM placed, picked
)
UPDATE "Product" SET "StockQuantity" = "StockQuantity" - 1, "UpdatedOn" = localtimestamp WHERE "Id" IN (SELECT "Id" FROM picked)
\watch 1
