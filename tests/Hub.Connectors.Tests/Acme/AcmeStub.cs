using System.Collections.Concurrent;
using Hub.Connectors.Testing.Stubs;

namespace Hub.Connectors.Tests.Acme;

/// <summary>The made-up ERP as it answers.</summary>
public sealed class AcmeStub : VendorStub
{
    private readonly ConcurrentQueue<(string Number, string Reference, string Buyer, decimal Total)> _sales = new();
    private readonly ConcurrentDictionary<string, bool> _cancelled = new();

    public AcmeStub()
    {
        On("POST /sales", request =>
        {
            var sale = (Number: $"S-{_sales.Count + 1}", Reference: (string)request.Json["reference"]!, Buyer: (string)request.Json["buyer"]!, Total: (decimal)request.Json["total"]!);
            _sales.Enqueue(sale);
            return StubAnswer.Json(Shown(sale), 201);
        });
        On("GET /sales", request => StubAnswer.Json(Sales(Uri.UnescapeDataString(request.Query.Split('=')[1])).Select(Shown)));
        On("DELETE /sales/{number}", request =>
        {
            _cancelled[request.Path.Split('/')[^1]] = true;
            return StubAnswer.Nothing();
        });
    }

    public int Count(string reference) => Sales(reference).Count();

    private IEnumerable<(string Number, string Reference, string Buyer, decimal Total)> Sales(string reference) =>
        _sales.Where(sale => sale.Reference == reference && !_cancelled.ContainsKey(sale.Number));

    private static object Shown((string Number, string Reference, string Buyer, decimal Total) sale) =>
        new { sale.Number, sale.Reference, sale.Buyer, sale.Total };
}
