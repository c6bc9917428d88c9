using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using Hub.Migration.Verification;
using Hub.Migration.Verification.Joined;

namespace Hub.Migration.Tests.Verification;

/// <summary>
/// What verification promises of tables that are made from several: attributes with fallback, languages as columns and as rows, and one whose key
/// is not that by which its rows are joined. Beside them a plain table from the same source rows.
/// </summary>
public abstract class JoinedVerificationContract : IAsyncLifetime
{
    protected static readonly ImmutableArray<string> Tables = ["product", "attribute", "description"];

    protected const string Mapping = """
        "Tables": {
          "item": { "From": "product", "Columns": { "id": "id", "sku": "sku" } },
          "product": { "From": "product", "Where": { "status": [ 1, 2 ] }, "Personal": [ "name_de" ], "Columns": { "id": "id", "sku": "sku" }, "Languages": { "en": "1", "de": "2" },
            "Join": [
              { "Table": "attribute", "On": { "product_id": "id" }, "Attribute": "code", "Variant": "store", "Prefer": [ "3", "0" ], "Columns": { "title": "73", "color": { "From": "93", "Default": "none" } } },
              { "Table": "description", "On": { "product_id": "id" }, "Variant": "language",
                "Columns": { "name_en": { "From": "name", "Language": "en" }, "name_de": { "From": "name", "Language": "de" } } } ] },
          "product_text": { "From": "product", "Columns": { "id": "id" }, "Languages": { "en": "1", "de": "2" }, "PerLanguage": "language",
            "Join": [ { "Table": "description", "On": { "product_id": "id" }, "Variant": "language", "Required": true, "Columns": { "name": "name" } } ] },
          "by_sku": { "From": "product", "Key": [ "sku" ], "Columns": { "sku": "sku" },
            "Join": [ { "Table": "description", "On": { "product_id": "id" }, "Where": { "language": 1 }, "Columns": { "name": "name" } } ] }
        }
        """;

    protected const string SourceSchema = """
        CREATE TABLE product(id BIGINT PRIMARY KEY NOT NULL, sku TEXT NOT NULL UNIQUE, status INTEGER NOT NULL);
        CREATE TABLE attribute(id BIGINT PRIMARY KEY NOT NULL, product_id BIGINT NOT NULL, code INTEGER NOT NULL, store INTEGER NOT NULL, value TEXT, UNIQUE(product_id, code, store));
        CREATE TABLE description(product_id BIGINT NOT NULL, language INTEGER NOT NULL, name TEXT, PRIMARY KEY(product_id, language));
        """;

    protected const string TargetSchema = """
        CREATE TABLE item(id BIGINT PRIMARY KEY, sku TEXT NOT NULL);
        CREATE TABLE product(id BIGINT PRIMARY KEY, sku TEXT NOT NULL, title TEXT, color TEXT, name_en TEXT, name_de TEXT);
        CREATE TABLE product_text(id BIGINT NOT NULL, language TEXT NOT NULL, name TEXT, PRIMARY KEY(id, language));
        CREATE TABLE by_sku(sku TEXT PRIMARY KEY NOT NULL, name TEXT);
        """;

    private const int Products = 20;
    private FedTarget? _fed;

    private FedTarget Fed => _fed!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The target's.</summary>
    protected string Name { get; } = FedTarget.RandomName();

    /// <summary>The table of kept source rows.</summary>
    protected abstract string Kept { get; }

    public async ValueTask InitializeAsync()
    {
        _fed = await StartAsync();
        await SourceAsync(string.Join(';', Enumerable.Range(1, Products).SelectMany(n => Insert(n * 10))));
        await Fed.CaughtUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_fed is not null)
        {
            await _fed.DisposeAsync();
        }

        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Verify_NothingWasWrittenButByTheStream_FindsThemEqualAndSaysSoOfEachPart()
    {
        Assert.Equal(default, await Fed.VerifyAsync());
        var parts = await Fed.Kept.ReadAsync(Token);
        Assert.Equal(
            ["attribute@product", "by_sku", "description@by_sku", "description@product", "description@product_text", "item", "product", "product@by_sku", "product@product", "product@product_text", "product_text"],
            parts.Select(part => part.Table).Order(StringComparer.Ordinal));
        Assert.All(parts, part => Assert.True(part is { VerifiedAt: not null, EndedAt: not null, Rows: >= Products }, $"{part}"));
        Assert.Empty(await ApartAsync());
    }

    [Fact]
    public async Task Verify_KeptRowsAreDamaged_AreFoundWithWhatWouldComeOfThemAndRepaired()
    {
        await DamagedAsync(
            // Missing, extra, altered, another root's.
            ($"DELETE FROM {Kept} WHERE source_table = 'description@product' AND key = '{{\"product_id\":50,\"language\":1}}'", ["Missing description@product", "Mismatched product"]),
            ($"INSERT INTO {Kept} VALUES('shop', '{Name}', 'attribute@product', '{{\"id\":999999}}', '70', '{{\"product_id\":70,\"code\":73,\"store\":3,\"value\":\"stray\"}}')",
                ["Extra attribute@product", "Mismatched product"]),
            ($"UPDATE {Kept} SET \"row\" = replace(\"row\", 'name 80', 'other') WHERE source_table = 'description@product_text' AND key = '{{\"product_id\":80,\"language\":2}}'",
                ["Mismatched description@product_text", "Mismatched product_text"]),
            ($"UPDATE {Kept} SET owner = '110' WHERE source_table = 'description@by_sku' AND key = '{{\"product_id\":100,\"language\":1}}'",
                ["Mismatched description@by_sku", "Mismatched by_sku", "Missing by_sku"]),

            // The root's gone, extra, extra with its row in the target, gone with its row and all that was joined.
            ($"DELETE FROM {Kept} WHERE source_table = 'product@product' AND owner = '130'", ["Missing product@product", "Extra product"]),
            ($"INSERT INTO {Kept} VALUES('shop', '{Name}', 'product@product', '{{\"id\":777}}', '777', '{{\"id\":777,\"sku\":\"S-777\",\"status\":1}}')", ["Extra product@product", "Missing product"]),
            ($"INSERT INTO {Kept} VALUES('shop', '{Name}', 'product@by_sku', '{{\"id\":778}}', '778', '{{\"id\":778,\"sku\":\"S-778\"}}'); INSERT INTO by_sku VALUES('S-778', NULL)", ["Extra product@by_sku"]),
            ($"DELETE FROM {Kept} WHERE source_table LIKE '%@product_text' AND owner = '160'; DELETE FROM product_text WHERE id = 160",
                ["Missing product@product_text", "Missing description@product_text", "Missing description@product_text", "Missing description@product_text"]));
    }

    [Fact]
    public async Task Verify_RowsOfTheTargetAreDamaged_AreFoundAndRepaired()
    {
        await DamagedAsync(
            ("DELETE FROM product WHERE id = 200", ["Missing product"]),
            ("UPDATE product SET title = 'other' WHERE id = 10", ["Mismatched product"]),
            ("INSERT INTO product(id, sku) VALUES(75, 'stray')", ["Extra product"]),

            // One that Where leaves out; a language that is none; one that is found by another key than its root's.
            ("INSERT INTO product(id, sku) VALUES(30, 'S-30')", ["Extra product"]),
            ("INSERT INTO product_text VALUES(40, 'fr', 'stray')", ["Extra product_text"]),
            ("DELETE FROM product_text WHERE id = 40 AND language = 'de'", ["Missing product_text"]),
            ("INSERT INTO by_sku VALUES('stray', 'x')", ["Extra by_sku"]),
            ("DELETE FROM by_sku WHERE sku = 'S-20'", ["Missing by_sku"]),
            ("UPDATE by_sku SET name = NULL WHERE sku = 'S-50'", ["Mismatched by_sku"]));
    }

    [Fact]
    public async Task Verify_SomethingIsDamaged_IsToldWithBothValuesAndPersonalOnesMasked()
    {
        await TargetAsync("UPDATE product SET title = 'other', name_de = 'another' WHERE id = 50");
        await TargetAsync($"UPDATE {Kept} SET \"row\" = replace(\"row\", 'name 60', 'other') WHERE source_table = 'description@product' AND key = '{{\"product_id\":60,\"language\":1}}'");

        await Fed.VerifyAsync();

        Assert.Equal(
            """[{"column":"title","expected":"title 50","actual":"other"},{"column":"name_de","expected":"•••","actual":"•••"}]""",
            Unescaped((await Fed.Kept.ListAsync("product", "", 10, Token)).Single(difference => difference.Key == "[\"n50\"]").Columns));
        var kept = Assert.Single(await Fed.Kept.ListAsync("description@product", "", 10, Token));
        Assert.Equal(("[\"t60\",\"t1\"]", "{\"product_id\":60,\"language\":1}"), (kept.Key, kept.SourceKey));
        Assert.Equal("""[{"column":"name","expected":"•••","actual":"•••"}]""", Unescaped(kept.Columns));
        await Fed.VerifyAsync(new VerificationRequest(Clear: true) { ChunkRows = 17 });
        Assert.Equal(
            """[{"column":"name","expected":"name 60 in 1","actual":"other in 1"}]""", Assert.Single(await Fed.Kept.ListAsync("description@product", "", 10, Token)).Columns);
        await RepairedAsync();
    }

    [Fact]
    public async Task Verify_WhileRandomWritesGoOn_NeverAlarmsFalselyAndFindsAndRepairsWhatIsDamaged()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() => WriteAsync(new Random(seed), stop.Token), Token);
        try
        {
            for (var run = 0; run < 2; run++)
            {
                await Fed.VerifyAsync(new VerificationRequest { ChunkRows = 9 + (run * 40) });
                Assert.Equal("", await FoundAsync());
            }

            // What the writers never touch.
            await TargetAsync($"""
                DELETE FROM product WHERE id = 9010; UPDATE product_text SET name = 'other' WHERE id = 9020 AND language = 'en'; INSERT INTO by_sku VALUES('stray', 'x');
                DELETE FROM {Kept} WHERE source_table = 'product@product' AND owner = '9030'
                """);
            await Fed.VerifyAsync();
            Assert.Equal("Extra by_sku, Extra product, Mismatched product_text, Missing product, Missing product@product", await FoundAsync());
            await Fed.VerifyAsync(new VerificationRequest(Repair: true) { ChunkRows = 17 });
            Assert.Equal("", await FoundAsync());
        }
        finally
        {
            await stop.CancelAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{await writing} writes");
        await RepairedAsync();
    }

    [Fact]
    public async Task Verify_Interrupted_GoesOnWhereItWas()
    {
        foreach (var (part, rows) in new[] { ("description@product", 3 * Products), ("product", Products) })
        {
            using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Token))
            {
                var slow = new TargetVerification(Fed.Target, new VerificationRequest(RowsPerSecond: 1) { Part = part, ChunkRows = 4 }, TimeProvider.System);
                var running = slow.RunAsync(stop.Token);
                await EventuallyAsync(async () => (await PartAsync(part))?.LastKey is not null);
                await stop.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            }

            var half = await PartAsync(part);
            Assert.True(half is { EndedAt: null } && half.Rows > 0 && half.Rows < rows, $"{half}");
            await Fed.VerifyAsync(new VerificationRequest { Part = part, ChunkRows = 17 });
            Assert.Equal((rows, true), ((int)(await PartAsync(part))!.Rows, (await PartAsync(part))!.EndedAt is not null));
        }
    }

    [Fact]
    public async Task Verify_InterruptedWhileItLooksForExtraRows_GoesOnThere()
    {
        await TargetAsync("INSERT INTO product(id, sku) VALUES(75, 'stray'); INSERT INTO product(id, sku) VALUES(105, 'stray')");
        foreach (var key in new[] { "{\"id\":1}", "{\"id\":99999}" })
        {
            await TargetAsync($"INSERT INTO {Kept} VALUES('shop', '{Name}', 'attribute@product', '{key}', '777', '{{\"product_id\":777,\"code\":73,\"store\":3,\"value\":\"stray\"}}')");
        }

        // What lies behind the place is not looked at again, so the first one of each is found by the next run alone.
        foreach (var (part, place, found) in new[] { ("attribute@product", CheckPlace.At("@kept", "{\"id\":5"), "[\"t99999\"]"), ("product", CheckPlace.At("@there", "[\"n80\"]"), "[\"n105\"]") })
        {
            await Fed.Kept.BeginAsync(part, TargetVerification.FingerprintOf(Fed.Target.Mapping.Tables.Single(table => table.Name == "product")), DateTimeOffset.UtcNow, Token);
            await Fed.Kept.StepAsync(new ComparedColumns(part, [], [], (_, _, _) => true), place, 5, default, [], clear: false, DateTimeOffset.UtcNow, Token);
            await Fed.VerifyAsync(new VerificationRequest { Part = part, ChunkRows = 7 });
            Assert.Equal(found, Assert.Single(await Fed.Kept.ListAsync(part, "", 10, Token)).Key);
            Assert.Equal(5, (await PartAsync(part))!.Rows);
            await Fed.VerifyAsync(new VerificationRequest { Part = part, ChunkRows = 7 });
            Assert.Equal(2, (await Fed.Kept.ListAsync(part, "", 10, Token)).Length);
        }
    }

    private protected abstract Task<FedTarget> StartAsync();

    protected abstract Task CloseAsync();

    protected abstract Task SourceAsync(string sql);

    protected abstract Task TargetAsync(string sql);

    /// <summary>A connection to the source, or to the target.</summary>
    protected abstract Task<DbConnection> OpenAsync(bool target);

    private static string Unescaped(string json) => json.Replace("\\u2022", "•", StringComparison.Ordinal);

    private static IEnumerable<string> Insert(long id) =>
    [
        $"INSERT INTO product VALUES({id}, 'S-{id}', {(id % 30 == 0 ? 0 : 1)})",
        $"INSERT INTO attribute VALUES({id * 10}, {id}, 73, 0, 'title {id}'), ({(id * 10) + 1}, {id}, 93, 0, NULL), ({(id * 10) + 2}, {id}, 93, {(id % 20 == 0 ? 3 : 4)}, 'red'), ({(id * 10) + 3}, {id}, 55, 0, 'not mapped')",
        $"INSERT INTO description VALUES({id}, 1, 'name {id} in 1'), ({id}, 2, 'name {id} in 2'), ({id}, 7, 'no language of ours')",
    ];

    /// <summary>What is known to differ, by part.</summary>
    private async Task<string> FoundAsync()
    {
        var found = new List<string>();
        foreach (var part in await Fed.Kept.ReadAsync(Token))
        {
            found.AddRange((await Fed.Kept.ListAsync(part.Table, "", 100, Token)).Select(difference => $"{difference.Kind} {part.Table}"));
            Assert.Equal(part.Known.Differences, (await Fed.Kept.ListAsync(part.Table, "", 100, Token)).Length);
        }

        return string.Join(", ", found.Order(StringComparer.Ordinal));
    }

    private async Task DamagedAsync(params (string Sql, string[] Found)[] damages)
    {
        foreach (var (sql, _) in damages)
        {
            await TargetAsync(sql);
        }

        await Fed.VerifyAsync();
        Assert.Equal(string.Join(", ", damages.SelectMany(damage => damage.Found).Order(StringComparer.Ordinal)), await FoundAsync());
        await RepairedAsync();
    }

    private async Task RepairedAsync()
    {
        await Fed.VerifyAsync(new VerificationRequest(Repair: true) { ChunkRows = 17 });
        Assert.Equal("", await FoundAsync());
        await Fed.CaughtUpAsync();
        Assert.Empty(await ApartAsync());
        await Fed.VerifyAsync();
        Assert.Equal("", await FoundAsync());
    }

    private async Task<TableVerification?> PartAsync(string name) => (await Fed.Kept.ReadAsync(Token)).FirstOrDefault(part => part.Table == name);

    /// <summary>Rows that differ, by nothing of the hub's own.</summary>
    private async Task<IEnumerable<string>> ApartAsync()
    {
        const string attribute = "(SELECT value FROM attribute a WHERE a.product_id = p.id AND a.code = CODE AND a.store IN (3, 0) ORDER BY store DESC LIMIT 1)";
        const string name = "(SELECT name FROM description d WHERE d.product_id = p.id AND d.language = CODE)";
        var source = $"""
            SELECT 'item', p.id, sku, '', '', '', '' FROM product p
            UNION ALL SELECT 'product', p.id, sku, {attribute.Replace("CODE", "73", StringComparison.Ordinal)}, coalesce({attribute.Replace("CODE", "93", StringComparison.Ordinal)}, 'none'),
              {name.Replace("CODE", "1", StringComparison.Ordinal)}, {name.Replace("CODE", "2", StringComparison.Ordinal)} FROM product p WHERE status IN (1, 2)
            UNION ALL SELECT 'product_text', p.id, CASE language WHEN 1 THEN 'en' ELSE 'de' END, name, '', '', '' FROM product p JOIN description d ON d.product_id = p.id WHERE language IN (1, 2)
            UNION ALL SELECT 'by_sku', 0, sku, {name.Replace("CODE", "1", StringComparison.Ordinal)}, '', '', '' FROM product p
            """;
        const string target = """
            SELECT 'item', id, sku, '', '', '', '' FROM item
            UNION ALL SELECT 'product', id, sku, title, color, name_en, name_de FROM product
            UNION ALL SELECT 'product_text', id, language, name, '', '', '' FROM product_text
            UNION ALL SELECT 'by_sku', 0, sku, name, '', '', '' FROM by_sku
            """;
        var (expected, actual) = (await RowsAsync(false, source), await RowsAsync(true, target));
        return expected.Except(actual).Select(row => $"legacy: {row}").Concat(actual.Except(expected).Select(row => $"New: {row}"));
    }

    private async Task<List<string>> RowsAsync(bool target, string sql)
    {
        await using var connection = await OpenAsync(target);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Token))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "null" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    private async Task<int> WriteAsync(Random random, CancellationToken cancellationToken)
    {
        await SourceAsync(string.Join(';', new long[] { 9_010, 9_020, 9_030 }.Select(id => string.Join(';', Insert(id)).Replace($"{id}', 0)", $"{id}', 1)", StringComparison.Ordinal))));
        var writes = 0;
        for (; !cancellationToken.IsCancellationRequested; writes++)
        {
            // A pause, so that there are keys that are left alone for a moment however slow the machine is.
            await Task.Delay(10, CancellationToken.None);
            var id = random.Next(1, Products * 5) * 10;
            await SourceAsync(random.Next(9) switch
            {
                0 => $"DELETE FROM product WHERE id = {id}",
                1 or 2 => $"INSERT INTO product VALUES({id}, 'S-{id}-{writes}', {random.Next(3)}) ON CONFLICT DO NOTHING",
                3 => $"UPDATE product SET id = {id + 3} WHERE id = {id} AND NOT EXISTS (SELECT 1 FROM product WHERE id = {id + 3})",
                4 => $"UPDATE product SET id = {id} WHERE id = {id + 3} AND NOT EXISTS (SELECT 1 FROM product WHERE id = {id})",
                5 => $"UPDATE product SET status = {random.Next(3)}, sku = 'S-{id}-{writes}' WHERE id = {id}",
                6 => $"UPDATE attribute SET value = 'v{writes}' WHERE product_id = {id}; DELETE FROM attribute WHERE id = {(id * 10) + random.Next(9)}",
                7 => $"INSERT INTO attribute VALUES({(id * 10) + random.Next(9)}, {id}, {(random.Next(2) == 0 ? 73 : 93)}, {(random.Next(2) == 0 ? 0 : 3)}, 'v{writes}') ON CONFLICT DO NOTHING",
                _ => $"DELETE FROM description WHERE product_id = {id} AND language = {random.Next(3)}; INSERT INTO description VALUES({id}, {random.Next(1, 3)}, 'v{writes}') ON CONFLICT DO NOTHING; "
                    + $"UPDATE description SET name = 'w{writes}' WHERE product_id = {id}",
            });
        }

        return writes;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTimeOffset.UtcNow.AddSeconds(60);
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "It never came true.");
            await Task.Delay(10, Token);
        }
    }
}
