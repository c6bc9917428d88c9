using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Hub.Control.Protocol;
using Hub.Control.Tests.Running;
using Hub.Placement;
using Microsoft.Extensions.Time.Testing;
using Refit;
using static Hub.Control.Tests.Running.TestControl;

namespace Hub.Control.Tests;

public sealed class CustomerTests
{
    [Fact]
    [Trait("Rule", "7")]
    public async Task Claims_ManyPlanesAtOnce_OneWinnerThatAllAreTold()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();
        var api = Api(http);
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var keys = Enumerable.Range(0, 25).Select(_ => CustomerKey.Draw().ToString()).ToArray();
        var asked = Enumerable.Range(0, 600)
            .Select(_ => new MakeClaim("carts", keys[random.Next(keys.Length)], random.Next(2) == 0 ? "new" : "legacy", random.Next(1, 9))).ToList();

        var answers = await Task.WhenAll(asked.Select(claim => Task.Run(() => api.MakeClaimAsync(claim, Cancel))));

        foreach (var key in keys.Where(key => asked.Any(claim => claim.Key == key)))
        {
            var told = answers.Where(answer => answer.Key == key).ToList();
            var sides = told.Select(answer => (answer.Side, answer.Number, answer.Revision)).Distinct().ToList();
            Assert.True(sides.Count == 1, $"seed {seed}: {key} was told {string.Join(", ", sides)}");
            var kept = Assert.Single((await api.GetCustomerAsync(key, Cancel)).Claims);
            Assert.Equal(sides[0], (kept.Side, kept.Number, kept.Revision));
        }

        Assert.Equal(answers.Select(answer => answer.Key).Distinct().Count(), answers.Select(answer => answer.Number).Distinct().Count());
    }

    [Fact]
    [Trait("Rule", "7")]
    public async Task Claim_ReplacedEndedOrExpired_NumbersOnlyGrow()
    {
        using var folder = new TestFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));
        await using var control = await StartAsync(folder.Path, time);
        using var http = control.AsPlane();
        var api = Api(http);
        var key = CustomerKey.Draw().ToString();
        var first = await api.MakeClaimAsync(new MakeClaim("carts", key, "new", 3), Cancel);

        var offline = await api.MakeClaimAsync(new MakeClaim("carts", key, "legacy", 4, Offline: true), Cancel);
        time.Advance(TimeSpan.FromHours(1));
        var touched = await api.MakeClaimAsync(new MakeClaim("carts", key, "new", 5, first.Number), Cancel);
        var evacuated = await api.MakeClaimAsync(new MakeClaim("carts", key, "legacy", 6, first.Number), Cancel);
        var late = await api.MakeClaimAsync(new MakeClaim("carts", key, "new", 6, first.Number), Cancel);
        await api.EndClaimAsync(new EndClaim("carts", key, first.Number), Cancel);
        var stands = Assert.Single((await api.GetCustomerAsync(key, Cancel)).Claims);
        await api.EndClaimAsync(new EndClaim("carts", key, evacuated.Number), Cancel);
        var again = await api.MakeClaimAsync(new MakeClaim("carts", key, "new", 7, Keep: TimeSpan.FromDays(1)), Cancel);
        time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(first, offline);
        Assert.Equal(first with { TouchedAt = first.TouchedAt.AddHours(1) }, touched);
        Assert.Equal(("legacy", 6), (evacuated.Side, evacuated.Revision));
        Assert.Equal(evacuated, late);
        Assert.Equal(evacuated, stands);
        Assert.True(first.Number < evacuated.Number && evacuated.Number < again.Number);
        Assert.Empty((await api.GetCustomerAsync(key, Cancel)).Claims);
    }

    [Fact]
    [Trait("Rule", "1")]
    public async Task Account_FirstLogIn_TakesTheVisitorsKeyAndKeepsItOnEachDevice()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();
        var api = Api(http);
        var (phone, laptop) = (CustomerKey.Draw().ToString(), CustomerKey.Draw().ToString());
        await api.MakeClaimAsync(new MakeClaim("carts", laptop, "legacy", 3), Cancel);

        var first = await api.BindAccountAsync(new BindAccount("42", phone), Cancel);
        var second = await api.BindAccountAsync(new BindAccount("42", laptop), Cancel);
        var stranger = await api.BindAccountAsync(new BindAccount("43", phone), Cancel);

        Assert.Equal((phone, phone), (first.Key, second.Key));
        Assert.Equal("carts", Assert.Single(second.VisitorClaims).Dataset);
        Assert.NotEqual(phone, stranger.Key);
        Assert.Equal("42", (await api.GetCustomerAsync(phone, Cancel)).Account);
    }

    [Fact]
    [Trait("Rule", "1")]
    public async Task Account_BoundWithTheKeyOfAnother_IsHandedNothingOfIt()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();
        var api = Api(http);
        var key = CustomerKey.Draw().ToString();
        await api.BindAccountAsync(new BindAccount("ann", key), Cancel);
        await api.MakeClaimAsync(new MakeClaim("carts", key, "new", 3), Cancel);

        var stranger = await api.BindAccountAsync(new BindAccount("bob", key), Cancel);

        Assert.Empty(stranger.VisitorClaims);
        Assert.Empty(stranger.AccountClaims);
        Assert.Single((await api.GetCustomerAsync(key, Cancel)).Claims);
    }

    [Fact]
    [Trait("Rule", "1")]
    public async Task Accounts_BoundAtOnce_AreUniqueBothWays()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();
        var api = Api(http);
        var keys = Enumerable.Range(0, 5).Select(_ => CustomerKey.Draw().ToString()).ToArray();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i =>
            Task.Run(() => api.BindAccountAsync(new BindAccount($"{i % 20}", keys[i % keys.Length]), Cancel))));

        var pairs = answers.Select(answer => (answer.Account, answer.Key)).Distinct().ToList();
        Assert.Equal(20, pairs.Count);
        Assert.Equal(20, pairs.Select(pair => pair.Key).Distinct().Count());
    }

    [Fact]
    public async Task PinsAndBusinessKeys_Kept_AreGivenBack()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();
        var api = Api(http);
        var key = CustomerKey.Draw().ToString();
        var pin = new PinView("checkout", "new", 7, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero));

        await api.KeepPinsAsync(key, new CustomerPins([pin with { Journey = "login" }]), Cancel);
        await api.KeepPinsAsync(key, new CustomerPins([pin]), Cancel);
        await api.LearnBusinessKeyAsync(new LearnBusinessKey("order", "A 1/2", key), Cancel);
        await api.LearnBusinessKeyAsync(new LearnBusinessKey("order", "A 1/2", CustomerKey.Draw().ToString()), Cancel);

        Assert.Equal([pin], (await api.GetCustomerAsync(key, Cancel)).Pins);
        Assert.Equal(key, (await api.GetBusinessKeyAsync("order", "A 1/2", Cancel)).Key);
        Assert.Null((await api.GetBusinessKeyAsync("order", "other", Cancel)).Key);
    }

    [Fact]
    public async Task Claim_BadKeyOrSide_IsAProblem()
    {
        using var folder = new TestFolder();
        await using var control = await StartAsync(folder.Path);
        using var http = control.AsPlane();

        foreach (var claim in new[] { new MakeClaim("carts", "x", "new", 1), new MakeClaim("carts", CustomerKey.Draw().ToString(), "old", 1) })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await ProblemAsync(await http.PostAsJsonAsync("/api/customers/claims", claim, Cancel))).Status);
        }
    }

    private static IPlaneApi Api(HttpClient http) =>
        RestService.For<IPlaneApi>(http, new RefitSettings(new SystemTextJsonContentSerializer(JsonSerializerOptions.Web)));
}
