using Hub.Control.Protocol;
using Hub.Migration.Previews;

namespace Hub.Migration.Tests.Previews;

public sealed class PreviewDatasetTests : IDisposable
{
    private readonly TownFiles _town = new();

    public PreviewDatasetTests() => _town.Legacy(
        """
        INSERT INTO Product(Id, Sku, Name, Price, CreatedOn, UpdatedOn) VALUES(1, 'P1', 'Pot', 19.9, '2026-01-15 12:00:00', '2026-07-15 12:00:00');
        INSERT INTO Product(Id, Sku, Name, Price) VALUES(2, 'P2', 'Lid', 1.235);
        INSERT INTO Customer VALUES(1, 'ann@example.org', 'Ann', 'secret', 1, '2026-01-15 12:00:00'), (2, 'bob@example.org', 'Bob', 'secret', 7, '2026-01-15 12:00:00');
        """);

    [Fact]
    public async Task Preview_OfARow_ShowsBothSides()
    {
        var product = Assert.Single((await ReadAsync("catalog", "product")).Tables);

        Assert.Equal(("product", "product", "Product"), (product.Target, product.Table, product.From));
        Assert.Equal(["1", "2"], product.Rows.Select(row => row.Key));
        Assert.Contains(new ColumnPreview("sku", "Sku", "P1", "P1"), product.Rows[0].Columns);
        Assert.Contains(new ColumnPreview("updated_at", "UpdatedOn", "2026-07-15 12:00:00", "2026-07-15T10:00:00Z"), product.Rows[0].Columns);
        Assert.Contains(new ColumnPreview("published", "Published", "1", "true"), product.Rows[0].Columns);
    }

    [Fact]
    public async Task Preview_OfARowThatIsRefused_SaysWhy()
    {
        var price = Assert.Single((await ReadAsync("catalog", "price")).Tables);

        Assert.Equal("mapped", price.Rows[0].Outcome);
        Assert.Contains(new ColumnPreview("amount", "Price", "19.9", "19.90"), price.Rows[0].Columns);
        Assert.Contains(new ColumnPreview("currency", null, null, "EUR"), price.Rows[0].Columns);
        Assert.Equal("refused", price.Rows[1].Outcome);
        Assert.Equal("price: column amount (from Price): 1.235 is not an amount with two decimals; rounding would lose some of it", price.Rows[1].Refusal);
        Assert.Contains(new ColumnPreview("amount", "Price", "1.235", null), price.Rows[1].Columns);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Preview_OfPersonalData_MasksItUnlessItIsToBeShown(bool show)
    {
        var preview = await ReadAsync("customers", "customer", show, text => text.Replace(
            "\"From\": \"Customer\",", "\"From\": \"Customer\", \"Personal\": [ \"email\", \"name\", \"active\" ],", StringComparison.Ordinal));
        var rows = Assert.Single(preview.Tables).Rows;

        Assert.Contains(show ? new ColumnPreview("email", "Email", "ann@example.org", "ann@example.org") : new ColumnPreview("email", "Email", "***", "***"), rows[0].Columns);
        Assert.Equal(show, rows[1].Refusal!.Contains("7 is not 0 or 1", StringComparison.Ordinal));
        Assert.Contains("column active", rows[1].Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_OfAFilter_SaysWhatIsLeftOut()
    {
        var preview = await ReadAsync("catalog", "price", change: text => text.Replace(
            "\"From\": \"Product\",\n                \"Columns\": {\n                  \"product_id\"", "\"From\": \"Product\", \"Where\": { \"Sku\": \"P1\" },\n                \"Columns\": {\n                  \"product_id\"", StringComparison.Ordinal));

        Assert.Equal(["mapped", "left out"], Assert.Single(preview.Tables).Rows.Select(row => row.Outcome));
    }

    [Fact]
    public async Task Preview_OfJoinedRows_ComputesThem()
    {
        _town.Legacy(
            """
            INSERT INTO Orders VALUES(1, 'O1', 1, 'ann@example.org', 'paid', 5, 'EUR', 'shop', NULL, 'Ann', 'Street 1', 'Town', '12345', 'DE', '2026-01-15 12:00:00', NULL);
            CREATE TABLE CustomerNote(CustomerId INTEGER PRIMARY KEY, Note TEXT NOT NULL);
            INSERT INTO CustomerNote VALUES(2, 'calls often');
            """);
        _town.Write("new-customer.db", "ALTER TABLE customer ADD note TEXT");
        var preview = await ReadAsync("customers", "customer", show: true, text => text
            .Replace("\"Tables\": [ \"Customer\" ]", "\"Tables\": [ \"Customer\", \"CustomerNote\" ]", StringComparison.Ordinal)
            .Replace("\"From\": \"Customer\",", "\"From\": \"Customer\", \"Join\": [ { \"Table\": \"CustomerNote\", \"On\": { \"CustomerId\": \"Id\" }, \"Columns\": { \"note\": \"Note\" } } ],", StringComparison.Ordinal)
            .Replace("\"active\": { \"From\": \"Active\", \"As\": \"bool\" },", "\"active\": { \"From\": \"Active\", \"Map\": { \"1\": \"1\", \"7\": \"0\" } },", StringComparison.Ordinal));

        Assert.Empty(preview.Problems);
        var rows = Assert.Single(preview.Tables).Rows;
        Assert.Contains(new ColumnPreview("note", "CustomerNote.Note", null, null), rows[0].Columns);
        Assert.Contains(new ColumnPreview("note", "CustomerNote.Note", null, "calls often"), rows[1].Columns);
        Assert.Contains(new ColumnPreview("active", "Active", "7", "0"), rows[1].Columns);
    }

    [Fact]
    public async Task Preview_OfAMappingThatTheTablesContradict_SaysWhatIsWrong()
    {
        var preview = await ReadAsync("catalog", "topic", change: text => text.Replace("\"body\": \"Body\"", "\"body\": \"Bodi\"", StringComparison.Ordinal));

        Assert.Empty(preview.Tables);
        Assert.Contains("Topic has no column Bodi", Assert.Single(preview.Problems), StringComparison.Ordinal);
    }

    public void Dispose() => _town.Dispose();

    private async Task<DatasetPreview> ReadAsync(string name, string table, bool show = false, Func<string, string>? change = null)
    {
        var dataset = _town.Dataset(name, change);
        await using var source = _town.Source;
        return await PreviewDataset.ReadAsync(
            dataset, [.. dataset.Targets.Where(target => target.Tables.Any(mapping => mapping.Name == table))], table, 20, show, source, TestContext.Current.CancellationToken);
    }
}
