using Hub.Commerce;
using Hub.Connectors;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Adapters.Tests.Stock;

/// <summary>An ERP that owns the stock: whole seconds, pages of three, and a clock of its own that is off.</summary>
internal sealed class FakeOwner(FakeTimeProvider time) : IStockSource
{
    private const int PageSize = 3;
    private readonly SortedDictionary<(string Sku, string Place), (int Available, DateTimeOffset At)> _levels = [];

    /// <summary>How much later its clock is.</summary>
    public TimeSpan Ahead { get; set; }

    public List<DateTimeOffset> Asked { get; } = [];

    public void Set(string sku, int available, string place = "") =>
        _levels[(sku, place)] = (available, DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Ahead).ToUnixTimeSeconds()));

    public IEnumerable<(string Sku, string Place, int Available)> All => _levels.Select(level => (level.Key.Sku, level.Key.Place, level.Value.Available));

    public bool Has(string sku) => _levels.Keys.Any(level => level.Sku == sku);

    /// <summary>A booked order takes pieces from the first place.</summary>
    public void Take(string sku, int pieces)
    {
        var (level, (available, _)) = _levels.First(level => level.Key.Sku == sku);
        Set(sku, available - pieces, level.Place);
    }

    public int Sum(string sku) => _levels.Where(level => level.Key.Sku == sku).Sum(level => level.Value.Available);

    public Task<CallOutcome<StockPage>> FetchAsync(DateTimeOffset since, string? page, CancellationToken cancellationToken)
    {
        Asked.Add(since);
        var skip = page is null ? 0 : int.Parse(page, System.Globalization.CultureInfo.InvariantCulture);
        var changed = _levels.Where(level => level.Value.At >= since).OrderBy(level => level.Value.At).ToList();
        var some = changed.Skip(skip).Take(PageSize).ToList();
        return Task.FromResult<CallOutcome<StockPage>>(new CallOutcome<StockPage>.Done(new StockPage(
            [.. some.Select(level => new StockLevel(Sku.Parse(level.Key.Sku), level.Value.Available, level.Key.Place.Length == 0 ? null : level.Key.Place))],
            some.Count == 0 ? null : some.Max(level => level.Value.At),
            changed.Count > skip + PageSize ? $"{skip + PageSize}" : null)));
    }
}
