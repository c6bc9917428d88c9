using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Hub.Gateway.Boundary;
using Hub.Placement.Config;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Model;

namespace Hub.Gateway.Customers;

/// <summary>
/// Asks legacy who a session belongs to, with the customer's own cookies or token: once a session at a time, within the
/// shopper's budget, and remembered for a while. A bridge that is slow costs a shopper one budget, not one each request.
/// </summary>
internal sealed partial class SessionBridge(TimeProvider time, GatewayMetrics metrics, ILogger<SessionBridge> logger) : IDisposable
{
    /// <summary>How long a question that shoppers no longer wait for goes on, so that the next request finds its answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>How long a first failure is remembered; each one more doubles it, up to the time that an answer is good.</summary>
    private const long FailureMilliseconds = 2_000;

    /// <summary>Questions at once: sessions that nobody has, of a client that makes them up, must not fill legacy.</summary>
    private const int MostAtOnce = 256;

    /// <summary>An answer about one session is not larger.</summary>
    private const int MostBytes = 64 * 1024;

    private readonly BoundedMemory<UInt128, SessionAnswer> _answers = new(50_000);
    private readonly ConcurrentDictionary<UInt128, Question> _asked = new();
    private int _asking;

    // For an absolute URL; a path is asked by the cluster's own client. A redirect to a log-in page is no answer.
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.All,
    });

    /// <summary>What is remembered of a session and still good; null otherwise. Does no I/O.</summary>
    public SessionAnswer? Remembered(Session session, WhoAmIConfig config, long after)
    {
        // A failure says nothing that a write could have changed.
        if (!_answers.TryGet(session.Digest, out var answer) || (answer.Known && answer.At < after))
        {
            return null;
        }

        var cache = (long)config.Cache.TotalMilliseconds;
        var good = answer.Known ? cache : Math.Min(cache, FailureMilliseconds << Math.Min(answer.Failures - 1, 16));
        return Now - answer.At < good ? answer : null;
    }

    /// <summary>Asks, or waits with those who asked already.</summary>
    /// <param name="after">Answers from before this are out of date, milliseconds since 1970.</param>
    public ValueTask<SessionAnswer> AskAsync(HttpContext context, ClusterState legacy, Session session, WhoAmIConfig config, long after) =>
        Remembered(session, config, after) is { } answer
            ? ValueTask.FromResult(answer)
            : WaitAsync(context, legacy, session, config, after);

    /// <summary>A write went through: what the bridge said of this session may have changed.</summary>
    public void Forget(Session session)
    {
        if (_answers.TryGet(session.Digest, out var answer) && !answer.Known)
        {
            // Back to the shortest pause: who has just logged in should not wait out a long one.
            _answers.Set(session.Digest, answer with { Failures = 1 });
        }
        else
        {
            _answers.Remove(session.Digest);
        }

        // A question under way may have been answered before the write.
        _asked.TryRemove(session.Digest, out _);
    }

    /// <summary>Legacy gave the session another id: what was said of the one holds for the other, for as long as it would have.</summary>
    public void Rotate(Session from, Session to)
    {
        if (to.Exists && _answers.TryGet(from.Digest, out var answer) && answer.Known)
        {
            _answers.Set(to.Digest, answer);
        }
    }

    public void Dispose() => _client.Dispose();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async ValueTask<SessionAnswer> WaitAsync(HttpContext context, ClusterState legacy, Session session, WhoAmIConfig config, long after)
    {
        var question = new Question(time.GetTimestamp());
        var standing = Volatile.Read(ref _asking) < MostAtOnce
            ? _asked.GetOrAdd(session.Digest, question)
            : _asked.GetValueOrDefault(session.Digest);
        if (standing is null)
        {
            metrics.BridgeTimedOut();
            return SessionAnswer.Unknown(Now);
        }

        if (ReferenceEquals(standing, question))
        {
            // Another's question may have been answered since this one looked at what is remembered.
            if (Remembered(session, config, after) is { } answered)
            {
                _asked.TryRemove(KeyValuePair.Create(session.Digest, question));
                question.Answer.TrySetResult(answered);
                return answered;
            }

            Interlocked.Increment(ref _asking);
            var request = Request(context, legacy, config);
            var client = config.Url!.IsAbsoluteUri ? _client : legacy.Model.HttpClient;
            _ = AnswerAsync(question, session, request, client, config);
        }

        var left = config.Budget - time.GetElapsedTime(standing.AskedAt);
        if (left > TimeSpan.Zero || standing.Answer.Task.IsCompleted)
        {
            try
            {
                return await standing.Answer.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, context.RequestAborted);
            }
            catch (TimeoutException)
            {
                metrics.BridgeTimedOut();
            }
        }

        return SessionAnswer.Unknown(Now);
    }

    private async Task AnswerAsync(
        Question question, Session session, HttpRequestMessage request, HttpMessageInvoker client, WhoAmIConfig config)
    {
        var at = Now;
        using var cancellation = new CancellationTokenSource(Patience, time);
        SessionAnswer answer;
        try
        {
            using (request)
            using (var response = await client.SendAsync(request, cancellation.Token))
            {
                // 401 and 403 are how many APIs say that nobody is logged in.
                var body = response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                    ? "{}"u8.ToArray()
                    : await ReadAsync(response.EnsureSuccessStatusCode().Content, cancellation.Token);
                answer = SessionAnswer.Read(body, config, at);
                metrics.BridgeAnswered();
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException or IOException
            or InvalidOperationException)
        {
            // The last: a name that is no Unicode.
            answer = SessionAnswer.Unknown(at, _answers.TryGet(session.Digest, out var last) && !last.Known ? last.Failures + 1 : 1);
            metrics.BridgeFailed();
            LogFailed(logger, e.Message);
        }

        Interlocked.Decrement(ref _asking);

        // Remembered first: who no longer finds the question finds its answer. A write in between takes it back.
        if (ReferenceEquals(_asked.GetValueOrDefault(session.Digest), question))
        {
            _answers.Set(session.Digest, answer);
            if (!_asked.TryRemove(KeyValuePair.Create(session.Digest, question)))
            {
                _answers.Remove(session.Digest);
            }
        }

        question.Answer.TrySetResult(answer);
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await content.LoadIntoBufferAsync(MostBytes, cancellationToken);
        return await content.ReadAsByteArrayAsync(cancellationToken);
    }

    private static HttpRequestMessage Request(HttpContext context, ClusterState legacy, WhoAmIConfig config)
    {
        var destinations = legacy.DestinationsState.AvailableDestinations;
        var address = config.Url!.IsAbsoluteUri || destinations.Count == 0
            ? config.Url
            : new Uri(new Uri(destinations[0].Model.Config.Address), config.Url);
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        var headers = context.Request.Headers;
        if (CookieHeader.Joined(headers.Cookie) is { } cookies)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.Cookie, cookies);
        }

        if (headers.Authorization.Count > 0)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.Authorization, (string?)headers.Authorization);
        }

        // Some shops end a session that comes from another browser or address than it began with.
        if (headers.UserAgent.Count > 0)
        {
            request.Headers.TryAddWithoutValidation(HeaderNames.UserAgent, (string?)headers.UserAgent);
        }

        if (context.Connection.RemoteIpAddress is { } client)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", client.ToString());
        }

        // Shops answer by the host they are asked under, and set Secure by the scheme.
        request.Headers.Host = context.Request.Host.HasValue ? context.Request.Host.Value : null;
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        request.Headers.TryAddWithoutValidation(HeaderNames.Accept, "application/json");
        return request;
    }

    private sealed record Question(long AskedAt)
    {
        public TaskCompletionSource<SessionAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(10, LogLevel.Warning, "Legacy could not be asked who a session belongs to: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
