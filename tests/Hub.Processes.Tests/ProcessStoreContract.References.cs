namespace Hub.Processes.Tests;

public abstract partial class ProcessStoreContract
{
    private static readonly ReferenceRow Teapot = new("erp", "items", "TS-001", "4711");

    private IReferenceStore References => (IReferenceStore)_bench.Store;

    [Fact]
    public async Task References_ChangedAllOrNothing_AreReadByKeyWithAVersionThatGrows()
    {
        Assert.Equal((0, 0), (await References.GetReferenceVersionAsync(Cancel), (await References.GetReferencesAsync(Cancel)).Rows.Length));
        ReferenceRow[] rows = [Teapot with { Key = "b" }, Teapot with { Key = "B", Value = "שלום, \"7\"" }, Teapot with { List = "taxes" }, Teapot with { Owner = "ups" }];

        Assert.Equal(4, await ChangeAsync(rows));
        Assert.Equal(1, await References.GetReferenceVersionAsync(Cancel));
        var (version, read) = await References.GetReferencesAsync(Cancel);
        Assert.Equal(1, version);
        Assert.Equal([rows[1], rows[0], rows[2], rows[3]], read);

        // The same again changes nothing, and nobody has to read it again.
        Assert.Equal(0, await ChangeAsync(rows));
        Assert.Equal(1, await References.GetReferenceVersionAsync(Cancel));
        Assert.Equal(1, await ChangeAsync([rows[0] with { Value = "9" }, rows[1]]));
        Assert.Equal(1, await ChangeAsync([], rows[2], rows[2] with { Key = "unheard of" }));
        Assert.Equal("9", Assert.Single((await References.GetReferencesAsync(Cancel)).Rows, row => row is { List: "items", Owner: "erp", Key: "b" }).Value);
        Assert.Equal(3, await References.GetReferenceVersionAsync(Cancel));
    }

    [Fact]
    public async Task References_Replaced_KeepsOtherOwnersRows()
    {
        await ChangeAsync([Teapot, Teapot with { Key = "TS-002" }, Teapot with { Owner = "ups" }]);

        Assert.Equal(2, await References.ChangeReferencesAsync(new ReferenceChange([Teapot, Teapot with { List = "units" }], []) { Replaced = "erp" }, Cancel));
        Assert.Equal(
            [("erp", "items", "TS-001"), ("erp", "units", "TS-001"), ("ups", "items", "TS-001")],
            (await References.GetReferencesAsync(Cancel)).Rows.Select(row => (row.Owner, row.List, row.Key)));
    }

    private Task<int> ChangeAsync(ReferenceRow[] set, params ReferenceRow[] remove) =>
        References.ChangeReferencesAsync(new ReferenceChange([.. set], [.. remove]), Cancel);
}
