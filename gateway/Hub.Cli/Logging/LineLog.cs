using Microsoft.Extensions.Logging;

namespace Hub.Cli.Logging;

/// <summary>
/// Logs for a person at a terminal: a line each, with the chain of an exception's messages and without its stack. What is
/// said again word by word within <see cref="Window"/> is counted, and told as a count.
/// </summary>
internal sealed class LineLog : ILoggerProvider
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>So many different lines are watched at once; what is said beyond is written as it comes.</summary>
    private const int MostWatched = 1000;

    private readonly TextWriter _error;
    private readonly string _source;
    private readonly bool _verbose;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (DateTimeOffset Since, int Again)> _watched = [];
    private readonly ITimer _timer;

    /// <param name="source">Who logs: the role, or the town.</param>
    /// <param name="verbose">Everything as it comes, stacks included.</param>
    public LineLog(TextWriter error, string source, bool verbose, TimeProvider time)
    {
        (_error, _source, _verbose, _time) = (error, source, verbose, time);
        _timer = time.CreateTimer(_ => TellAgain(Window), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        _timer.Dispose();
        TellAgain(TimeSpan.Zero);
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        var line = $"{Word(level)} {_source} {category}: {message.ReplaceLineEndings(" ")}{Chain(exception)}";
        lock (_lock)
        {
            if (!_verbose && _watched.TryGetValue(line, out var said))
            {
                _watched[line] = said with { Again = said.Again + 1 };
                return;
            }

            Write(line);
            if (_verbose && exception is not null)
            {
                _error.WriteLine(exception);
            }
            else if (!_verbose && _watched.Count < MostWatched)
            {
                _watched[line] = (_time.GetUtcNow(), 0);
            }
        }
    }

    private void TellAgain(TimeSpan after)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var (line, (since, again)) in _watched.Where(said => now - said.Value.Since >= after).ToList())
            {
                if (again == 0)
                {
                    _watched.Remove(line);
                    continue;
                }

                // It may go on: watched from here anew.
                Write($"{line} ({again} more in {(now - since).TotalSeconds:0} s)");
                _watched[line] = (now, 0);
            }
        }
    }

    private void Write(string line) => _error.WriteLine($"{_time.GetLocalNow():HH:mm:ss.fff} {line}");

    private static string Chain(Exception? exception)
    {
        var chain = "";
        for (var at = exception; at is not null; at = at.InnerException)
        {
            chain += $"{(chain.Length == 0 ? " | " : " <- ")}{at.GetType().Name}: {at.Message.ReplaceLineEndings(" ")}";
        }

        return chain;
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "crit",
        LogLevel.Error => "fail",
        LogLevel.Warning => "warn",
        LogLevel.Information => "info",
        _ => "dbug",
    };

    private sealed class Category(LineLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Write(logLevel, name, formatter(state, exception), exception);
    }
}
