using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Hub.Control.Protocol;
using Hub.Gateway;
using Hub.Gateway.Documents;
using Hub.Gateway.Identity;
using Hub.Gateway.Placing;
using Hub.Placement;
using Hub.Placement.Config;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Hub.Benchmarks.Identity;

/// <summary>The identity of one of 10,000 customers that New is told: remembered (the usual request, no allocation), and signed.</summary>
[MemoryDiagnoser]
public class IdentityBenchmark
{
    private readonly Exchange[] _exchanges = new Exchange[10_000];
    private readonly IdentityTokens _tokens = new(), _signing = new();
    private int _next;

    [GlobalSetup]
    public void Build()
    {
        var model = Model();
        var route = new RouteModel(new RouteConfig { RouteId = "all", Match = new RouteMatch { Path = "/{**rest}" } }, null, HttpTransformer.Default);
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < _exchanges.Length; i++)
        {
            _exchanges[i] = new Exchange(model, route, now, 0) { Key = CustomerKey.Draw() };
            _tokens.Of(_exchanges[i], "");
        }
    }

    /// <summary>Each call asks for another customer.</summary>
    [Benchmark]
    public string? Remembered()
    {
        _next = _next == _exchanges.Length - 1 ? 0 : _next + 1;
        return _tokens.Of(_exchanges[_next], "");
    }

    /// <summary>One customer's claims are others at each call, so that what is remembered does not serve.</summary>
    [Benchmark]
    public string? SignedAnew()
    {
        _next ^= 1;
        return _signing.Of(_exchanges[0], _next == 0 ? "carts=legacy" : "carts=new");
    }

    private static GatewayModel Model()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var keys = new PlaneKeys([], [], [new IdentityKey("k1", key.ExportSubjectPublicKeyInfo(), key.ExportPkcs8PrivateKey(), null)]);
        var revision = new Revision(
            new RevisionId("benchmark", 1), DateTimeOffset.UtcNow, "", null, ImmutableSortedDictionary<string, GroupState>.Empty,
            ImmutableSortedDictionary<string, DatasetState>.Empty, null, [], keys);
        var table = new PlacementTable(1, FrozenDictionary<string, GroupPlacement>.Empty, FrozenDictionary<string, RoutePlacement>.Empty, []);
        return new GatewayModel(
            revision, GatewayDocument.Empty, table, FrozenDictionary<string, GroupedRoute>.Empty, FrozenDictionary<uint, string>.Empty,
            new Cohorts([], new Dictionary<string, CohortConfig>()));
    }
}
