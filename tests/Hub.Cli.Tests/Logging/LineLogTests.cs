using Hub.Cli.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Hub.Cli.Tests.Logging;

public sealed partial class LineLogTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(Hand.Now);
    private readonly StringWriter _error = new();

    public void Dispose() => _error.Dispose();

    [Fact]
    public void Log_Exception_IsOneLineWithTheChainAndNoStack()
    {
        using var log = new LineLog(_error, "gateway", verbose: false, _time);

        LogFailed(log.CreateLogger("Hub.Gateway"), "legacy", Thrown());

        Assert.Equal(
            "12:00:00.000 warn gateway Hub.Gateway: legacy does not answer | InvalidOperationException: outer one <- IOException: reset",
            Assert.Single(Lines()));
    }

    [Fact]
    public void Log_ExceptionWhenVerbose_HasItsStack()
    {
        using var log = new LineLog(_error, "gateway", verbose: true, _time);

        LogFailed(log.CreateLogger("Hub.Gateway"), "legacy", Thrown());

        Assert.Contains($"at {typeof(LineLogTests).FullName}.{nameof(Thrown)}", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_SaidAgainWithinTheWindow_IsCounted()
    {
        using var log = new LineLog(_error, "gateway", verbose: false, _time);
        var logger = log.CreateLogger("Hub.Gateway");
        for (var i = 0; i < 1000; i++)
        {
            LogFailed(logger, "legacy", null);
        }

        LogFailed(logger, "control", null);
        Assert.Equal(2, Lines().Length);

        _time.Advance(LineLog.Window);

        Assert.Equal("12:00:05.000 warn gateway Hub.Gateway: legacy does not answer (999 more in 5 s)", Lines()[^1]);
        Assert.Equal(3, Lines().Length);
    }

    [Fact]
    public void Log_SaidAgainLater_IsWrittenAgain()
    {
        using var log = new LineLog(_error, "gateway", verbose: false, _time);
        var logger = log.CreateLogger("Hub.Gateway");
        LogFailed(logger, "legacy", null);
        _time.Advance(LineLog.Window);

        LogFailed(logger, "legacy", null);

        Assert.Equal(2, Lines().Length);
    }

    [Fact]
    public void Dispose_CountsUntold_TellsThem()
    {
        using (var log = new LineLog(_error, "gateway", verbose: false, _time))
        {
            LogFailed(log.CreateLogger("Hub.Gateway"), "legacy", null);
            LogFailed(log.CreateLogger("Hub.Gateway"), "legacy", null);
        }

        Assert.EndsWith("(1 more in 0 s)", Lines()[^1], StringComparison.Ordinal);
    }

    private string[] Lines() => _error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("outer\none", new IOException("reset"));
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    [LoggerMessage(7, LogLevel.Warning, "{What} does not answer")]
    private static partial void LogFailed(ILogger logger, string what, Exception? exception);
}
