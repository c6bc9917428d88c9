using Hub.Storage;
using Hub.Town.Services.Cart;

namespace Hub.Town.Tests.Services;

public sealed class CartStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cart").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Take_AskedAgain_IsAnsweredAsTheFirstTimeForAMonth()
    {
        var clock = new Clock();
        var file = new SqliteFile(Path.Combine(_folder, "cart.db"));
        var store = new CartStore(file, clock);
        store.Add("k", new CartLine(1, "TS-001", "Teapot", 2, 9.95m));
        store.Take("k", "old");
        clock.Now += TimeSpan.FromDays(29);
        store.Take("k", "new");
        Assert.Single(store.Take("k", "old").Lines);
        clock.Now += TimeSpan.FromDays(2);
        store.Take("k", "newest");

        using var connection = file.Open();
        Assert.Equal(["take:new", "take:newest"], connection.Query($"SELECT id FROM move ORDER BY id", row => row.GetString(0)));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2027, 1, 31, 6, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
