using System.Collections.Immutable;
using System.Globalization;
using Hub.Connectors.Testing;
using Hub.Connectors.Testing.Stubs;
using Hub.Connectors.Tests.Acme;
using Hub.Connectors.Tokens;
using Microsoft.Extensions.DependencyInjection;

namespace Hub.Connectors.Tests.Tokens;

/// <summary>Refresh tokens that the vendor takes once and rotates with each use.</summary>
public sealed class OAuthTokensTests : IAsyncLifetime
{
    private readonly ConnectorBench _bench = new();
    private readonly RotatingStub _stub = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_Rotated_IsKeptBeforeTheAccessTokenIsUsed()
    {
        var store = new WatchedStore(_bench.Store, () => Assert.DoesNotContain(_stub.Requests, request => request.Is("GET /sales")));
        await Start(store).GetAsync(Cancel);

        Assert.Equal(1, store.Kept);
        Assert.Contains("refresh-2", await _bench.Store.GetAsync(OAuthTokens.Kept, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_StartedAnew_GoesOnWithTheRotatedOne()
    {
        Assert.Equal("access-1", (await Start().GetAsync(Cancel)).Value);
        Assert.Equal("access-2", (await Start().GetAsync(Cancel)).Value);
        Assert.Equal("access-3", (await Start().GetAsync(Cancel)).Value);
        Assert.Equal(3, _stub.Requests.Length);
    }

    [Fact]
    public async Task Refresh_KeepingItFails_IsNotDoneAndTheRotatedOneIsNotLost()
    {
        var store = new WatchedStore(_bench.Store, () => throw new IOException("The disk is full.")) { Times = 1 };
        var tokens = Start(store);
        var failed = await Assert.ThrowsAsync<TokenException>(() => tokens.GetAsync(Cancel));
        Assert.DoesNotContain("refresh-", failed.Message, StringComparison.Ordinal);

        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("access-2", (await tokens.GetAsync(Cancel)).Value);
        Assert.Contains("refresh-3", await _bench.Store.GetAsync(OAuthTokens.Kept, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_RotatedByAnotherPlane_IsTakenFromTheStore()
    {
        var (one, other) = (Start(), Start());
        await one.GetAsync(Cancel);
        await other.GetAsync(Cancel);
        _bench.Time.Advance(TimeSpan.FromHours(2));

        await one.GetAsync(Cancel);
        await other.GetAsync(Cancel);

        Assert.Equal("refresh-5", _stub.Valid);
    }

    [Fact]
    public async Task Refresh_RotatedBetweenReadingAndAsking_IsAskedAgainWithTheNewOne()
    {
        await Start().GetAsync(Cancel);
        // Another plane is quicker: what this one read is spent when it comes to the vendor.
        var raced = false;
        _stub.Meanwhile = async () =>
        {
            if (!raced)
            {
                raced = true;
                _stub.Valid = "refresh-77";
                var kept = await _bench.Store.GetAsync(OAuthTokens.Kept, CancellationToken.None);
                await _bench.Store.KeepAsync(OAuthTokens.Kept, kept!.Split(' ')[0] + " refresh-77", CancellationToken.None);
            }
        };

        await Start().GetAsync(Cancel);

        Assert.Equal("refresh-78", _stub.Valid);
    }

    [Fact]
    public async Task Refresh_PersonConsentedAnew_ForgetsTheOldOnes()
    {
        await Start().GetAsync(Cancel);
        _stub.Valid = "refresh-100";

        await Start(configured: "refresh-100").GetAsync(Cancel);

        Assert.Equal("refresh-101", _stub.Valid);
    }

    [Fact]
    public async Task Refresh_TakenNoMore_SaysWhatToDoAndNoSecret()
    {
        _stub.Valid = "another";

        var failed = await Assert.ThrowsAsync<TokenException>(() => Start().GetAsync(Cancel));

        Assert.Contains("Consent anew at the vendor", failed.Message, StringComparison.Ordinal);
        _bench.AssertNoSecretIn([failed.ToString(), .. _bench.Log.Lines]);
    }

    [Fact]
    public async Task Token_RenewedAheadAndTheEndpointIsDown_TheOldOneIsUsedWhileItLives()
    {
        var tokens = Start();
        await tokens.GetAsync(Cancel);
        _stub.Fail(StubFault.ServerError(503, after: false), times: 1000);
        _bench.Time.Advance(TimeSpan.FromMinutes(58));

        Assert.Equal("access-1", (await tokens.GetAsync(Cancel)).Value);

        _bench.Time.Advance(TimeSpan.FromMinutes(3));
        await Assert.ThrowsAsync<TokenException>(() => tokens.GetAsync(Cancel));
    }

    [Fact]
    public async Task Token_EndpointDown_IsAskedOnceInAWhile()
    {
        _stub.Fail(StubFault.ServerError(503, after: false), times: 1000);
        var tokens = Start();
        for (var i = 0; i < 50; i++)
        {
            await Assert.ThrowsAsync<TokenException>(() => tokens.GetAsync(Cancel));
        }

        Assert.Single(_stub.Requests);
    }

    [Fact]
    public async Task Token_CallerGoesAway_TheOthersGetIt()
    {
        using var leaving = new CancellationTokenSource();
        var tokens = Start();
        var gate = new TaskCompletionSource();
        _stub.Meanwhile = () => gate.Task;
        var first = tokens.GetAsync(leaving.Token);
        var second = tokens.GetAsync(Cancel);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal("access-1", (await second).Value);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _stub.DisposeAsync();
    }

    private AccessTokens Start(IConnectorStore? store = null, string configured = "refresh-1") => _bench.Start(services =>
    {
        services.AddSingleton(store ?? _bench.Store);
        services.AddAcme(new ConnectorOptions { Vendor = "acme", Address = _stub.Address }, new OAuthRequest
        {
            Endpoint = new Uri(_stub.Address, "/token"),
            Client = "hub",
            ClientSecret = _bench.Secret("client", "client-secret"),
            RefreshToken = _bench.Secret("refresh", configured),
            WhatToDo = "Consent anew at the vendor and put the new refresh token into the file.",
        });
    }).GetRequiredService<AccessTokens>();

    private sealed class RotatingStub : VendorStub
    {
        private int _access;

        public RotatingStub() => OnAsync("POST /token", async request =>
        {
            await Meanwhile();
            var form = request.Text.Split('&').Select(pair => pair.Split('=')).ToImmutableDictionary(pair => pair[0], pair => pair[1]);
            if (form["refresh_token"] != Valid)
            {
                return StubAnswer.Json(new { error = "invalid_grant", error_description = request.Text }, 400);
            }

            var (name, number) = (Valid.Split('-')[0], int.Parse(Valid.Split('-')[1], CultureInfo.InvariantCulture));
            Valid = $"{name}-{number + 1}";
            return StubAnswer.Json(new { access_token = $"access-{++_access}", expires_in = 3600, refresh_token = Valid });
        });

        public string Valid { get; set; } = "refresh-1";

        public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;
    }

    private sealed class WatchedStore(IConnectorStore store, Action before) : IConnectorStore
    {
        public int Kept { get; private set; }

        public int Times { get; set; } = int.MaxValue;

        public Task<string?> GetAsync(string name, CancellationToken cancellationToken) => store.GetAsync(name, cancellationToken);

        public Task KeepAsync(string name, string? value, CancellationToken cancellationToken)
        {
            if (Times-- > 0)
            {
                before();
            }

            Kept++;
            return store.KeepAsync(name, value, cancellationToken);
        }
    }
}
