using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Xero.Tests;

/// <summary>Xero as its description says that it answers; nobody here could ask the real one.</summary>
public sealed class XeroStub : VendorStub
{
    /// <summary>What stands before the description's paths.</summary>
    public const string Base = "/api.xro/2.0";

    private readonly Lock _lock = new();
    private readonly List<JsonObject> _invoices = [];
    private readonly List<JsonObject> _contacts = [];
    private readonly Dictionary<string, StubAnswer> _byKey = [];

    public XeroStub()
    {
        On("POST /connect/token", Token);
        On($"GET {Base}/Invoices", request => Locked(() => List("Invoices", Page(Fit(_invoices, request), request).Select(Told))));
        On($"PUT {Base}/Invoices", request => Locked(() => Make(request)));
        On($"POST {Base}/Invoices/{{id}}", request => Locked(() => Change(request)));
        On($"GET {Base}/Contacts", request => Locked(() => List("Contacts", Fit(_contacts, request).Where(contact => (string?)contact["ContactStatus"] != "ARCHIVED"))));
        On($"POST {Base}/Contacts", request => Locked(() => List("Contacts", request.Json[nameof(Contacts)]!.AsArray().Select(contact => Save(contact!.AsObject())))));
        On($"GET {Base}/Items", _ => Locked(() => List("Items", Items)));
    }

    public static Guid Tenant { get; } = new("c2cc9b6e-9458-4c7d-93cc-f02b81b0594f");

    /// <summary>The refresh token that is taken next: each is taken once.</summary>
    public string RefreshToken { get; private set; } = "refresh-0";

    /// <summary>What comes on top of each invoice's total.</summary>
    public decimal Tax { get; set; }

    /// <summary>Does it remember idempotency keys? The real one forgets them after a while.</summary>
    public bool Remembers { get; set; } = true;

    public List<JsonObject> Items { get; } = [];

    public IReadOnlyList<JsonObject> Invoices => Locked(() => (IReadOnlyList<JsonObject>)[.. _invoices]);

    public IReadOnlyList<JsonObject> Contacts => Locked(() => (IReadOnlyList<JsonObject>)[.. _contacts]);

    public IEnumerable<JsonObject> Live(string key) =>
        Invoices.Where(invoice => (string?)invoice["Reference"] == key && (string?)invoice["Status"] is not ("VOIDED" or "DELETED"));

    /// <summary>A contact that people made there.</summary>
    public JsonObject Add(JsonObject contact) => Locked(() => Save(contact));

    /// <summary>Has invoices of 31 January.</summary>
    public void Fill(int count) => _invoices.AddRange(Enumerable.Range(1, count).Select(i => new JsonObject
    {
        ["InvoiceID"] = Guid.NewGuid().ToString(),
        ["InvoiceNumber"] = $"web/{i}",
        ["Reference"] = $"web/{i}",
        ["Type"] = "ACCREC",
        ["Status"] = "AUTHORISED",
        ["Date"] = "2027-01-31",
        ["Total"] = 1m,
        ["CurrencyCode"] = "EUR",
    }));

    private StubAnswer Token(StubRequest request) => Locked(() =>
    {
        var given = Regex.Match(request.Text, "refresh_token=([^&]*)") is { Success: true } found ? Uri.UnescapeDataString(found.Groups[1].Value) : null;
        if (given is not null && given != RefreshToken)
        {
            return StubAnswer.Json(new { error = "invalid_grant" }, 400);
        }

        RefreshToken = $"refresh-{Requests.Length}";
        return StubAnswer.Json(new { access_token = $"access-{Requests.Length}", expires_in = 1800, token_type = "Bearer", refresh_token = given is null ? null : RefreshToken });
    });

    private StubAnswer Make(StubRequest request)
    {
        var key = request.Header("Idempotency-Key");
        if (Remembers && _byKey.TryGetValue(key, out var answer))
        {
            return answer;
        }

        var invoice = request.Json[nameof(Invoices)]![0]!.DeepClone().AsObject();
        if (invoice["InvoiceNumber"] is { } number && _invoices.Exists(known => (string?)known["InvoiceNumber"] == (string)number!))
        {
            return Refusal("Invoice # must be unique.");
        }

        invoice["InvoiceID"] = Guid.NewGuid().ToString();
        invoice["InvoiceNumber"] ??= string.Create(CultureInfo.InvariantCulture, $"INV-{_invoices.Count + 1:0000}");
        invoice["Total"] = invoice["LineItems"]!.AsArray().Sum(line => Math.Round((decimal)line!["Quantity"]! * (decimal)line["UnitAmount"]!, 2)) + Tax;
        invoice["AmountPaid"] = 0m;
        invoice["AmountCredited"] = 0m;
        invoice["HasErrors"] = false;
        invoice["StatusAttributeString"] = "OK";
        invoice["UpdatedDateUTC"] = "/Date(1552327126117+0000)/";
        _invoices.Add(invoice);
        return _byKey[key] = List("Invoices", [invoice]);
    }

    private StubAnswer Change(StubRequest request)
    {
        var invoice = _invoices.Find(known => request.Path.EndsWith((string)known["InvoiceID"]!, StringComparison.Ordinal));
        if (invoice is null)
        {
            return StubAnswer.Text("The resource you're looking for cannot be found", 404);
        }

        var status = (string)request.Json[nameof(Invoices)]![0]!["Status"]!;
        if ((decimal)invoice["AmountPaid"]! > 0 || (status == "DELETED") != ((string?)invoice["Status"] is "DRAFT" or "SUBMITTED"))
        {
            return Refusal("Invoice not of valid status for modification");
        }

        invoice["Status"] = status;
        return List("Invoices", [invoice]);
    }

    private JsonObject Save(JsonObject change)
    {
        var known = _contacts.Find(contact => Same(contact, change, "ContactID"))
            ?? _contacts.Find(contact => Same(contact, change, "ContactNumber")) ?? _contacts.Find(contact => Same(contact, change, "Name"));
        if (known is null)
        {
            known = new JsonObject { ["ContactID"] = Guid.NewGuid().ToString(), ["ContactStatus"] = "ACTIVE", ["IsCustomer"] = false, ["IsSupplier"] = false };
            _contacts.Add(known);
        }

        foreach (var (name, value) in change)
        {
            known[name] = value?.DeepClone();
        }

        return known;
    }

    private static bool Same(JsonObject contact, JsonObject change, string name) => (string?)change[name] is { } text && (string?)contact[name] == text;

    private static StubAnswer Refusal(string message) => StubAnswer.Json(
        new JsonObject
        {
            ["ErrorNumber"] = 10,
            ["Type"] = "ValidationException",
            ["Message"] = "A validation exception occurred",
            ["Elements"] = new JsonArray(new JsonObject { ["ValidationErrors"] = new JsonArray(new JsonObject { ["Message"] = message }) }),
        },
        400);

    private static StubAnswer List(string name, IEnumerable<JsonObject> entries) => StubAnswer.Json(new JsonObject
    {
        ["Id"] = Guid.NewGuid().ToString(),
        ["Status"] = "OK",
        ["DateTimeUTC"] = "/Date(1552326816230)/",
        [name] = new JsonArray([.. entries.Select(entry => entry.DeepClone())]),
    });

    /// <summary>What fits <c>Field=="text" AND …</c> or <c>OR</c>. Case does not count, as in the databases of such vendors.</summary>
    private static IEnumerable<JsonObject> Fit(List<JsonObject> all, StubRequest request)
    {
        var where = Uri.UnescapeDataString(Regex.Match(request.Query, "where=([^&]*)").Groups[1].Value.Replace('+', ' '));
        var clauses = Regex.Matches(where, "(\\w+)==\"([^\"]*)\"").Select(clause => (Field: clause.Groups[1].Value, Text: clause.Groups[2].Value)).ToList();
        bool Fits(JsonObject entry, (string Field, string Text) clause) => string.Equals((string?)entry[clause.Field], clause.Text, StringComparison.OrdinalIgnoreCase);
        return where.Contains(" OR ", StringComparison.Ordinal)
            ? all.Where(entry => clauses.Exists(clause => Fits(entry, clause)))
            : all.Where(entry => clauses.TrueForAll(clause => Fits(entry, clause)));
    }

    private static IEnumerable<JsonObject> Page(IEnumerable<JsonObject> invoices, StubRequest request)
    {
        var query = Uri.UnescapeDataString(request.Query.Replace('+', ' '));
        var days = Regex.Matches(query, @"Date[<>]=DateTime\((\d+), (\d+), (\d+)\)").Select(day => $"{day.Groups[1].Value}-{day.Groups[2].Value}-{day.Groups[3].Value}").ToList();
        var page = int.Parse(Regex.Match(query, @"(?:^|&)page=(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        return invoices
            .Where(invoice => days is not [var first, var last]
                || (string.CompareOrdinal((string?)invoice["Date"], first) >= 0 && string.CompareOrdinal((string?)invoice["Date"], last) <= 0))
            .OrderBy(invoice => (string?)invoice["InvoiceID"], StringComparer.Ordinal).Skip((page - 1) * 100).Take(100);
    }

    /// <summary>It tells days as times.</summary>
    private static JsonObject Told(JsonObject invoice)
    {
        var told = invoice.DeepClone().AsObject();
        var day = DateTime.ParseExact((string)invoice["Date"]!, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        told["Date"] = string.Create(CultureInfo.InvariantCulture, $"/Date({(long)(day - DateTime.UnixEpoch).TotalMilliseconds}+0000)/");
        return told;
    }

    private T Locked<T>(Func<T> act)
    {
        lock (_lock)
        {
            return act();
        }
    }
}
