using System.Text.Json.Nodes;
using Hub.Connectors.Testing.Stubs;

namespace Contoso.Connector.Tests;

/// <summary>Stands in for Contoso: teach it here what the real one answers.</summary>
public sealed class ContosoStub : VendorStub
{
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _sales = [];

    public ContosoStub()
    {
        On("POST /companies/{company}/sales", Book);
        On("GET /companies/{company}/sales", request => StubAnswer.Json(
            new JsonArray([.. Sales(Reference(request)).Select(sale => sale.DeepClone())])));
        On("POST /companies/{company}/sales/{number}/cancellation", Cancel);
    }

    /// <summary>As they stand at the vendor; cancelled ones too.</summary>
    public IReadOnlyList<JsonObject> Sales(string reference)
    {
        lock (_lock)
        {
            return [.. _sales.Where(sale => (string)sale["reference"]! == reference)];
        }
    }

    private StubAnswer Book(StubRequest request)
    {
        lock (_lock)
        {
            var sale = request.Json.AsObject();
            sale["number"] = $"S-{_sales.Count + 1}";
            sale["cancelled"] = false;
            _sales.Add(sale);
            return StubAnswer.Json(sale.DeepClone(), 201);
        }
    }

    private StubAnswer Cancel(StubRequest request)
    {
        lock (_lock)
        {
            _sales.Single(sale => (string)sale["number"]! == request.Path.Split('/')[^2])["cancelled"] = true;
            return StubAnswer.Nothing();
        }
    }

    private static string Reference(StubRequest request) => request.Query.Split('&')
        .Select(pair => pair.Split('=', 2))
        .Where(pair => pair[0] == "reference")
        .Select(pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')))
        .First();
}
