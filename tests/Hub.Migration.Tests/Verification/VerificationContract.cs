using Hub.Migration.Verification;

namespace Hub.Migration.Tests.Verification;

/// <summary>What verification promises, whichever databases stand at the two ends.</summary>
public abstract class VerificationContract : IAsyncLifetime
{
    private const int Things = 40;
    private static readonly string[] Tags = ["alpha", "Beta", "gamma", "Delta", "\u00e9clair", "_x", "zeta"];
    private FedTarget? _fed;

    internal FedTarget Fed => _fed!;

    internal Task ChangeTargetAsync(string sql) => TargetAsync(sql);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _fed = await StartAsync();
        await SourceAsync(string.Join(';', [
            .. Enumerable.Range(1, Things).Select(id => Insert(id * 10)),
            .. Enumerable.Range(1, 9).Select(id => $"INSERT INTO sold VALUES({id}, '{(id % 3 == 0 ? "open" : "paid")}', 'buyer{id}@shop.test')"),
            .. Tags.Select(tag => $"INSERT INTO tagged VALUES('{tag}', 1)")]));
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
    public async Task Verify_NothingWasWrittenButByTheStream_FindsThemEqual()
    {
        Assert.Equal(default, await Fed.VerifyAsync());
        var tables = await Fed.Kept.ReadAsync(Token);
        Assert.Equal(["blank 0", "sold 9", "tagged 7", $"thing {Things}"], tables.Select(table => $"{table.Table} {table.Rows}"));
        Assert.All(tables, table => Assert.True(table is { VerifiedAt: not null, EndedAt: not null }));
    }

    [Fact]
    [Trait("Pain", "LastRowsLostAtCutOver")]
    public async Task Watermark_ThatIsApplied_HasAllBeforeItAtTheTarget()
    {
        var thing = Fed.Target.Mapping.Tables.Single(table => table.Name == "thing");
        for (var id = 1_001; id <= 1_030; id++)
        {
            await SourceAsync(Insert(id));
            await Fed.CaughtUpAsync();
            Assert.Single(await Fed.Target.Store.ReadRowsAsync(thing, [[(long)id]], Token));
        }
    }

    [Fact]
    public async Task Verify_WhileRandomWritesGoOn_NeverAlarmsFalsely()
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() => WriteAsync(new Random(seed), stop.Token), Token);

        for (var run = 0; run < 4; run++)
        {
            Assert.Equal(default, await Fed.VerifyAsync(new VerificationRequest { ChunkRows = 3 + run * 5 }));
        }

        await stop.CancelAsync();
        var written = await writing;
        await Fed.CaughtUpAsync();
        Assert.Equal(default, await Fed.VerifyAsync());
        TestContext.Current.TestOutputHelper?.WriteLine($"{written} writes");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(70)]
    [InlineData(80)]
    [InlineData(400)]
    public async Task Verify_ARowIsMissing_IsFoundWithItsValuesAndRepaired(int id)
    {
        // The first, both sides of a chunk's edge, the last.
        await TargetAsync($"DELETE FROM thing WHERE id = {id}");

        Assert.Equal(new DifferenceCounts(1, 0, 0, 0), await Fed.VerifyAsync());
        var difference = Assert.Single(await Fed.Kept.ListAsync("thing", "", 10, Token));
        Assert.Equal((DifferenceKind.Missing, $"[\"n{id}\"]"), (difference.Kind, difference.Key));
        Assert.Contains($$"""{"column":"code","expected":"C-{{id}}","actual":null}""", difference.Columns, StringComparison.Ordinal);
        await RepairedAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(75)]
    [InlineData(9_999)]
    public async Task Verify_ARowIsExtra_IsFoundWithItsValuesAndRepaired(int id)
    {
        await TargetAsync($"INSERT INTO thing(id, code, note) VALUES({id}, 'stray', 'who wrote this')");

        Assert.Equal(new DifferenceCounts(0, 1, 0, 0), await Fed.VerifyAsync());
        var difference = Assert.Single(await Fed.Kept.ListAsync("thing", "", 10, Token));
        Assert.Contains("""{"column":"code","expected":null,"actual":"stray"}""", difference.Columns, StringComparison.Ordinal);
        await RepairedAsync();
    }

    [Theory]
    [InlineData("code", "'other'", "C-200", "other")]
    [InlineData("amount", "'7.77'", "200.25", "7.77")]
    [InlineData("at", "NULL", "2026-07-01T10:00:00Z", null)]
    [InlineData("n", "1", "200", "1")]
    [InlineData("note", "''", null, "")]
    public async Task Verify_AColumnDiffers_IsFoundWithBothValuesAndRepaired(string column, string value, string? expected, string? actual)
    {
        await TargetAsync($"UPDATE thing SET {column} = {value} WHERE id = 200");

        Assert.Equal(new DifferenceCounts(0, 0, 1, 0), await Fed.VerifyAsync());
        var difference = Assert.Single(await Fed.Kept.ListAsync("thing", "", 10, Token));
        Assert.Equal($$"""[{"column":"{{column}}","expected":{{Json(expected)}},"actual":{{Json(actual)}}}]""", difference.Columns);
        await RepairedAsync();
    }

    [Fact]
    public async Task Verify_AFilterChoosesRows_WhatItLeavesOutIsExtraAndWhatItTakesIsNotMissing()
    {
        await SourceAsync("UPDATE sold SET state = 'open' WHERE id = 1");
        await SourceAsync("UPDATE sold SET state = 'done' WHERE id = 3");
        await Fed.CaughtUpAsync();
        Assert.Equal(default, await Fed.VerifyAsync(new VerificationRequest { ChunkRows = 2 }));

        await TargetAsync("INSERT INTO sold VALUES(6, 'open', 'left out')");
        await TargetAsync("DELETE FROM sold WHERE id = 3");
        await TargetAsync("UPDATE sold SET state = 'done' WHERE id = 8");
        Assert.Equal(new DifferenceCounts(1, 1, 1, 0), await Fed.VerifyAsync(new VerificationRequest { ChunkRows = 2 }));
        Assert.Equal(
            ["Missing 3", "Extra 6", "Mismatched 8"],
            (await Fed.Kept.ListAsync("sold", "", 10, Token)).OrderBy(found => found.Key, StringComparer.Ordinal).Select(found => $"{found.Kind} {KeyText.Read(found.Key)[0]}"));
        await RepairedAsync();
    }

    [Fact]
    public async Task Verify_APersonalColumnDiffers_IsMaskedUnlessItIsAskedFor()
    {
        await TargetAsync("UPDATE sold SET buyer = 'somebody else' WHERE id = 2");
        await TargetAsync("INSERT INTO sold VALUES(77, 'paid', 'a stranger')");

        Assert.Equal(new DifferenceCounts(0, 1, 1, 0), await Fed.VerifyAsync());
        var masked = string.Concat((await Fed.Kept.ListAsync("sold", "", 10, Token)).Select(found => found.Columns));
        Assert.DoesNotContain("buyer2@", masked, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", masked, StringComparison.Ordinal);
        Assert.DoesNotContain("stranger", masked, StringComparison.Ordinal);
        Assert.Contains("\"paid\"", masked, StringComparison.Ordinal);

        await Fed.VerifyAsync(new VerificationRequest(Clear: true) { ChunkRows = 7 });
        var clear = string.Concat((await Fed.Kept.ListAsync("sold", "", 10, Token)).Select(found => found.Columns));
        Assert.Contains("""{"column":"buyer","expected":"buyer2@shop.test","actual":"somebody else"}""", clear, StringComparison.Ordinal);
        Assert.Contains("a stranger", clear, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_AnEmptyTableHasRowsAtTheTarget_TheyAreExtra()
    {
        await TargetAsync("INSERT INTO blank VALUES(1, 'a')");
        await TargetAsync("INSERT INTO blank VALUES(500, 'b')");

        Assert.Equal(new DifferenceCounts(0, 2, 0, 0), await Fed.VerifyAsync());
        await RepairedAsync();
    }

    [Fact]
    public async Task Verify_KeysThatStandInAnotherOrderAtTheTarget_AreComparedByKey()
    {
        await TargetAsync("DELETE FROM tagged WHERE tag = 'Delta'");
        await TargetAsync("UPDATE tagged SET n = 2 WHERE tag = 'gamma'");
        await TargetAsync("INSERT INTO tagged VALUES('beta ', 3)");
        await Fed.CaughtUpAsync();

        Assert.Equal(new DifferenceCounts(1, 1, 1, 0), await Fed.VerifyAsync(new VerificationRequest { ChunkRows = 2 }));
        Assert.Equal(
            ["Extra beta ", "Mismatched gamma", "Missing Delta"],
            (await Fed.Kept.ListAsync("tagged", "", 10, Token)).Select(found => $"{found.Kind} {KeyText.Read(found.Key)[0]}").Order(StringComparer.Ordinal));
        await RepairedAsync();
    }

    [Fact]
    public async Task Verify_Interrupted_GoesOnWhereItWas()
    {
        await TargetAsync("DELETE FROM thing WHERE id = 10");
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Token))
        {
            // As slow as it goes, so that it is kept how far it came before the end.
            var slow = new TargetVerification(Fed.Target, new VerificationRequest("thing", RowsPerSecond: 4) { ChunkRows = 4 }, TimeProvider.System);
            var running = slow.RunAsync(stop.Token);
            await EventuallyAsync(async () => (await Fed.Kept.ReadAsync(Token)).FirstOrDefault()?.LastKey is not null);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        var half = Assert.Single(await Fed.Kept.ReadAsync(Token));
        Assert.True(half.EndedAt is null && half.Rows is > 0 and < Things && half.Found.Missing == 1, $"{half}");
        await TargetAsync("DELETE FROM thing WHERE id = 20");

        // What lies behind it is not looked at again, so the second one is found by the next run alone.
        Assert.Equal(1, (await Fed.VerifyAsync(new VerificationRequest("thing") { ChunkRows = 7 })).Missing);
        Assert.Equal(Things, Assert.Single(await Fed.Kept.ReadAsync(Token)).Rows);
        Assert.Equal(2, (await Fed.VerifyAsync(new VerificationRequest("thing") { ChunkRows = 7 })).Missing);
    }

    [Fact]
    public async Task Verify_AKeyWaitsInQuarantine_IsToldApart()
    {
        await SourceAsync("UPDATE thing SET flag = 7 WHERE id = 200");
        await SourceAsync("INSERT INTO thing(id, code, flag) VALUES(205, 'C-205', 9)");
        await Fed.CaughtUpAsync();

        Assert.Equal(new DifferenceCounts(0, 0, 0, 2), await Fed.VerifyAsync());
    }

    private protected abstract Task<FedTarget> StartAsync();

    protected abstract Task CloseAsync();

    protected abstract Task SourceAsync(string sql);

    protected abstract Task TargetAsync(string sql);

    private static string Json(string? text) => text is null ? "null" : $"\"{text}\"";

    private static string Insert(long id) =>
        $"INSERT INTO thing(id, code, amount, at, flag, n, note) VALUES({id}, 'C-{id}', {id}.25, '2026-07-01 12:00:00', {id / 10 % 2}, {id}, {(id % 3 == 0 ? $"'note {id}'" : "NULL")})";

    private async Task RepairedAsync()
    {
        Assert.Equal(default, await Fed.VerifyAsync(new VerificationRequest(Repair: true) { ChunkRows = 7 }));
        Assert.Equal(default, await Fed.VerifyAsync());
        Assert.Empty(await Fed.Kept.ListAsync("thing", "", 10, Token));
    }

    private async Task<int> WriteAsync(Random random, CancellationToken cancellationToken)
    {
        var writes = 0;
        for (; !cancellationToken.IsCancellationRequested; writes++)
        {
            var id = random.Next(1, 45) * 10;
            await SourceAsync(random.Next(10) switch
            {
                0 => $"DELETE FROM thing WHERE id = {id}",
                1 or 2 => $"{Insert(id)} ON CONFLICT(id) DO NOTHING",
                3 => $"UPDATE thing SET id = {id + 3} WHERE id = {id} AND NOT EXISTS (SELECT 1 FROM thing WHERE id = {id + 3})",
                4 => $"UPDATE thing SET id = {id} WHERE id = {id + 3} AND NOT EXISTS (SELECT 1 FROM thing WHERE id = {id})",
                5 => "UPDATE tagged SET n = n + 1 WHERE tag = 'Beta'",
                6 => $"INSERT INTO blank VALUES({id}, 'x') ON CONFLICT DO NOTHING",
                7 => $"DELETE FROM blank WHERE id <> {id}",
                _ => $"UPDATE thing SET amount = {random.Next(1_000)}.5, n = n + 1 WHERE id >= {id} AND id < {id + random.Next(60)}",
            });
        }

        return writes;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTimeOffset.UtcNow.AddMinutes(2);
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "It never came true.");
            await Task.Delay(10, Token);
        }
    }
}
