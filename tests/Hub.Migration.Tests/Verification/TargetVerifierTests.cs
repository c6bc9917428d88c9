using Hub.Migration.Config;
using Hub.Migration.Verification;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hub.Migration.Tests.Verification;

/// <summary>Which run goes when: by itself, and when a person asks.</summary>
public sealed class TargetVerifierTests : IAsyncLifetime
{
    private readonly SqliteVerificationTests _ends = new();

    private FedTarget Fed => _ends.Fed;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _ends.InitializeAsync();

    public ValueTask DisposeAsync() => _ends.DisposeAsync();

    [Fact]
    public async Task Run_NobodyAsks_VerifiesEachTableByItselfAndSaysSo()
    {
        await using var at = Start(new VerifyConfig());

        await EventuallyAsync(() => at.Verifier.Standing.VerifiedAt is not null);

        Assert.Equal(default, at.Verifier.Standing.Known);
        Assert.Equal("verified", (await at.Verifier.ViewAsync(Token)).State);
    }

    [Fact]
    public async Task Run_TurnedOff_WaitsUntilAPersonAsksAndRepairs()
    {
        await using var at = Start(new VerifyConfig { RowsPerSecond = 0 });
        await _ends.ChangeTargetAsync("DELETE FROM thing WHERE id = 200");

        Assert.Equal("never", (await at.Verifier.ViewAsync(Token)).State);
        Assert.True(at.Verifier.Ask(new VerificationRequest()));
        await EventuallyAsync(() => at.Verifier.Standing is { VerifiedAt: not null, Known.Missing: 1 });
        Assert.Equal("different", (await at.Verifier.ViewAsync(Token)).State);
        Assert.True(at.Verifier.Ask(new VerificationRequest(Repair: true)));
        await EventuallyAsync(() => at.Verifier.Standing is { VerifiedAt: not null, Known.Differences: 0 });
    }

    [Fact]
    public async Task Ask_WhileOneIsAskedFor_IsRefused()
    {
        await using var at = Start(new VerifyConfig { RowsPerSecond = 0 });
        Fed.Target.Stream.Waits = "it is paused by anna";

        Assert.True(at.Verifier.Ask(new VerificationRequest()));
        Assert.False(at.Verifier.Ask(new VerificationRequest()));
        var view = await at.Verifier.ViewAsync(Token);
        Assert.Equal("asked for", view.State);
        Assert.Contains("it is paused by anna", view.Problem, StringComparison.Ordinal);
        Fed.Target.Stream.Waits = null;
        await EventuallyAsync(() => at.Verifier.Standing.VerifiedAt is not null);
    }

    [Fact]
    public async Task Ask_WhileOneRunsInTheBackground_TakesItsPlaceAtFullSpeed()
    {
        await using var at = Start(new VerifyConfig { RowsPerSecond = 1 });
        await EventuallyAsync(async () => (await at.Verifier.ViewAsync(Token)).State == "running");

        Assert.True(at.Verifier.Ask(new VerificationRequest()));

        await EventuallyAsync(() => at.Verifier.Standing.VerifiedAt is not null);
    }

    private Running Start(VerifyConfig config) => new(new TargetVerifier(
        FedTarget.Dataset, FedTarget.Name, Fed.Target.Store, () => Fed.Target, config, TimeProvider.System, NullLogger.Instance));

    private static Task EventuallyAsync(Func<bool> condition) => EventuallyAsync(() => Task.FromResult(condition()));

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTimeOffset.UtcNow.AddMinutes(2);
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, "It never came true.");
            await Task.Delay(10, Token);
        }
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _work;

        public Running(TargetVerifier verifier)
        {
            Verifier = verifier;
            _work = Task.Run(() => verifier.RunAsync(_stop.Token));
        }

        public TargetVerifier Verifier { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _work;
            _stop.Dispose();
        }
    }
}
