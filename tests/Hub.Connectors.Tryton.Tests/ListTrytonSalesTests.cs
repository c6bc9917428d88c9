using Hub.Commerce;
using Hub.Connectors.Tryton.Sales;

namespace Hub.Connectors.Tryton.Tests;

/// <summary>Against the real ERP.</summary>
public sealed class ListTrytonSalesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Book_SalesOfOrders_AreListedAndFoundByTheirReference()
    {
        await using var bench = new TrytonBench();
        var book = bench.Port<ISaleBook>();
        var (booked, cancelled) = (TrytonBench.Order(), TrytonBench.Order());
        Assert.Empty(await TrytonBench.DoneAsync(book.FindAsync(booked.Key.ToString(), Cancel)));
        var number = await TrytonBench.DoneAsync(bench.Booking.BookAsync(booked, Cancel));
        await bench.AskAsync(async talk =>
        {
            // A person's own draft, which was never quoted, is in no book.
            return await talk.CreateAsync(TrytonSale.Model, new() { ["reference"] = $"{booked.Key}-draft", ["party"] = 1 }, effect: false);
        });
        var other = await TrytonBench.DoneAsync(bench.Booking.BookAsync(cancelled, Cancel));

        var found = Assert.Single(await TrytonBench.DoneAsync(book.FindAsync(booked.Key.ToString(), Cancel)));
        Assert.Equal((booked.Key.ToString(), number.Text, new Money(19.90m, "USD"), false), (found.Reference, found.Number, found.Total!.Value, found.Void));
        var listed = await ListAsync(book, found.At, found.At.AddHours(1));
        Assert.Single(listed, entry => entry.Reference == booked.Key.ToString());
        Assert.Equal(other.Text, Assert.Single(listed, entry => entry.Reference == cancelled.Key.ToString()).Number);
        Assert.DoesNotContain(listed, entry => entry.Reference == $"{booked.Key}-draft");
        Assert.DoesNotContain(await ListAsync(book, found.At.AddHours(-2), found.At), entry => entry.Reference == booked.Key.ToString());
    }

    private static async Task<List<BookEntry>> ListAsync(ISaleBook book, DateTimeOffset from, DateTimeOffset until)
    {
        var entries = new List<BookEntry>();
        string? page = null;
        do
        {
            var read = await TrytonBench.DoneAsync(book.ListAsync(from, until, page, Cancel));
            entries.AddRange(read.Entries);
            page = read.Next;
        }
        while (page is not null);
        return entries;
    }
}
