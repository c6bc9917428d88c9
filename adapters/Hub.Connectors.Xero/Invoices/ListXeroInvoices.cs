using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Xero.Invoices;

/// <summary>Xero's own books: each sales invoice that has a reference. When one was made Xero does not tell; its day is the order's, which is near enough.</summary>
internal sealed partial class ListXeroInvoices(IXeroApi api, VendorCalls calls, XeroOptions options) : ISaleBook
{
    private const int PageSize = 100;

    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    public Task<CallOutcome<BookPage>> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancellationToken) => calls.AskAsync<BookPage>(
        async cancel =>
        {
            var number = page is null ? 1 : int.Parse(page, CultureInfo.InvariantCulture);
            var filter = $"{XeroFilter.Is("Type", "ACCREC")} AND Date>={Day(from)} AND Date<={Day(until)}";
            var answer = await api.ListInvoicesAsync(options.Tenant!.Value, filter, number, cancel);
            return answer.Invoices is { } invoices
                ? new CallOutcome<BookPage>.Done(new BookPage(
                    [.. Read(invoices).Where(entry => entry.At < until)], invoices.Length == PageSize ? (number + 1).ToString(CultureInfo.InvariantCulture) : null))
                : new CallOutcome<BookPage>.Unknown("Xero answered without a list of invoices.");
        },
        XeroAnswers.Read<BookPage>, cancellationToken);

    public async Task<CallOutcome<ImmutableArray<BookEntry>>> FindAsync(string reference, CancellationToken cancellationToken) => !XeroFilter.Takes(reference)
        ? new CallOutcome<ImmutableArray<BookEntry>>.Done([])
        : await calls.AskAsync<ImmutableArray<BookEntry>>(
            async cancel =>
            {
                var answer = await api.GetInvoicesAsync(
                    options.Tenant!.Value, $"{XeroFilter.Is("Type", "ACCREC")} AND {XeroFilter.Is("Reference", reference)}", cancel);
                return answer.Invoices is { } invoices
                    ? new CallOutcome<ImmutableArray<BookEntry>>.Done([.. Read(invoices).Where(entry => entry.Reference == reference)])
                    : new CallOutcome<ImmutableArray<BookEntry>>.Unknown("Xero answered without a list of invoices.");
            },
            XeroAnswers.Read<ImmutableArray<BookEntry>>, cancellationToken);

    private IEnumerable<BookEntry> Read(ImmutableArray<XeroInvoice?> invoices)
    {
        foreach (var invoice in invoices.OfType<XeroInvoice>())
        {
            if (invoice.Reference is { Length: > 0 } reference && XeroInvoices.NumberOf(invoice) is { } number && Made(invoice.Date) is { } day)
            {
                var total = invoice is { Total: { } sum, CurrencyCode: { } currency } ? new Money(sum, currency) : (Money?)null;
                yield return new BookEntry(reference, number.Text, day, total) { Void = invoice.Status is "VOIDED" or "DELETED" };
            }
        }
    }

    private string Day(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, _zone).ToString("'DateTime('yyyy', 'MM', 'dd')'", CultureInfo.InvariantCulture);

    /// <summary>The midnight there that begins the day; Xero writes a day as the midnight of UTC.</summary>
    private DateTimeOffset? Made(string? date)
    {
        if (Milliseconds().Match(date ?? "") is not { Success: true } found)
        {
            return null;
        }

        var day = DateTime.UnixEpoch.AddMilliseconds(long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)).Date;
        var local = DateTime.SpecifyKind(day, DateTimeKind.Unspecified);
        return new DateTimeOffset(local, _zone.GetUtcOffset(local)).ToUniversalTime();
    }

    [GeneratedRegex("^/Date\\((-?[0-9]{1,14})([+-][0-9]{4})?\\)/$", RegexOptions.CultureInvariant)]
    private static partial Regex Milliseconds();
}
