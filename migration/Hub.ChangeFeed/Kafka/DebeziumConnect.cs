using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Refit;

namespace Hub.ChangeFeed.Kafka;

/// <summary>
/// A Kafka Connect that runs Debezium connectors. What it says is passed on as it is, but for the secrets of a configuration:
/// they come in no message.
/// </summary>
/// <remarks>While its workers rebalance it refuses (409): each call is repeated for half a minute.</remarks>
public sealed partial class DebeziumConnect
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);

    private readonly IKafkaConnectApi _api;
    private readonly TimeProvider _time;
    private readonly Uri _address;

    /// <param name="http">Its address is Kafka Connect's.</param>
    public DebeziumConnect(HttpClient http, TimeProvider time)
    {
        _address = http.BaseAddress ?? throw new ArgumentException("The client has no address.", nameof(http));
        _time = time;
        _api = RestService.For<IKafkaConnectApi>(http, new RefitSettings(new SystemTextJsonContentSerializer(JsonSerializerOptions.Web))
        {
            TransportExceptionFactory = (_, exception, _) => exception,
        });
    }

    public Task<ImmutableArray<ConnectorPlugin>> GetPluginsAsync(CancellationToken cancellationToken) =>
        AskAsync("list its plugins", _api.GetPluginsAsync, [], cancellationToken);

    /// <summary>What the connector says of a configuration; it tries to reach the database with it.</summary>
    public async Task<ConnectorValidation> ValidateAsync(string connectorClass, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken)
    {
        var secrets = SecretsOf(config);
        var said = await AskAsync($"check a configuration of {connectorClass}", token => _api.ValidateAsync(connectorClass, config, token), secrets, cancellationToken);
        return said with
        {
            // Settings that the connector does not know itself, its driver's for one, come without anything.
            Configs = [.. from setting in said.Configs where setting.Value is not null select new ConnectorValidation.Setting(
                setting.Value with { Errors = [.. setting.Value.Errors.Select(error => Mask(error, secrets))] })],
        };
    }

    /// <summary>Makes a connector, or gives it another configuration; it starts by itself.</summary>
    public Task PutAsync(string name, IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken) =>
        AskAsync($"take connector {name}", token => _api.PutAsync(name, config, token), SecretsOf(config), cancellationToken);

    /// <summary>Its configuration, with what stands in it; null where there is none.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> GetConfigAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(_api.GetConfigAsync, name, cancellationToken);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : Content(answer, $"tell the configuration of connector {name}", []);
    }

    /// <summary>Null where there is none.</summary>
    public async Task<ConnectorStatus?> GetStatusAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(_api.GetStatusAsync, name, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        var status = Content(answer, $"tell the state of connector {name}", []);
        return status with { Connector = Mask(status.Connector), Tasks = [.. status.Tasks.Select(Mask)] };
    }

    /// <summary>How far it has read, in its source's own words.</summary>
    public Task<JsonElement> GetOffsetsAsync(string name, CancellationToken cancellationToken) =>
        AskAsync($"tell how far connector {name} is", token => _api.GetOffsetsAsync(name, token), [], cancellationToken);

    /// <summary>Forgets how far it has read; stop it first.</summary>
    public Task DeleteOffsetsAsync(string name, CancellationToken cancellationToken) =>
        AskAsync($"forget how far connector {name} is", token => _api.DeleteOffsetsAsync(name, token), [], cancellationToken);

    /// <summary>Ends its tasks; its configuration and offsets stay, and legacy's database keeps its log for it.</summary>
    public Task StopAsync(string name, CancellationToken cancellationToken) =>
        AskAsync($"stop connector {name}", token => _api.StopAsync(name, token), [], cancellationToken);

    public Task ResumeAsync(string name, CancellationToken cancellationToken) =>
        AskAsync($"go on with connector {name}", token => _api.ResumeAsync(name, token), [], cancellationToken);

    /// <summary>Starts the connector and its tasks anew, or only those that failed.</summary>
    public Task RestartAsync(string name, bool onlyFailed, CancellationToken cancellationToken) =>
        AskAsync($"restart connector {name}", token => _api.RestartAsync(name, onlyFailed, token), [], cancellationToken);

    public Task RestartTaskAsync(string name, int task, CancellationToken cancellationToken) =>
        AskAsync($"restart task {task} of connector {name}", token => _api.RestartTaskAsync(name, task, token), [], cancellationToken);

    /// <returns>False where there was none.</returns>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(_api.DeleteAsync, name, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }

        Succeed(answer, $"remove connector {name}", []);
        return true;
    }

    private async Task<T> AskAsync<T>(
        string what, Func<CancellationToken, Task<IApiResponse<T>>> call, ImmutableArray<string> secrets, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync((_, token) => call(token), "", cancellationToken);
        return Content(answer, what, secrets);
    }

    private async Task<IApiResponse<T>> AnswerAsync<T>(
        Func<string, CancellationToken, Task<IApiResponse<T>>> call, string name, CancellationToken cancellationToken)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            try
            {
                var answer = await call(name, cancellationToken);
                if (answer.StatusCode != HttpStatusCode.Conflict || _time.GetElapsedTime(began) >= Patience)
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new DebeziumConnectException($"Kafka Connect at {_address} does not answer: {e.Message} Start it, or correct the dataset's Source.Kafka.Connect.");
            }

            await Task.Delay(Again, _time, cancellationToken);
        }
    }

    private T Content<T>(IApiResponse<T> answer, string what, ImmutableArray<string> secrets)
    {
        Succeed(answer, what, secrets);
        return answer.Content!;
    }

    private void Succeed(IApiResponse answer, string what, ImmutableArray<string> secrets)
    {
        // No inner exception: it would hold the request with the configuration's secrets.
        if (!answer.IsSuccessStatusCode)
        {
            var said = Mask(Message(answer), secrets);
            throw new DebeziumConnectException((answer.StatusCode ?? default) switch
            {
                HttpStatusCode.NotFound => $"Kafka Connect at {_address} could not {what}, it has none: {said}. 'hub dataset connector DATASET --apply' makes it.",
                HttpStatusCode.Conflict => $"Kafka Connect at {_address} could not {what}, its workers have been rebalancing for {Patience.TotalSeconds} s: {said}. Look at its workers, then do it again.",
                var status => $"Kafka Connect at {_address} could not {what} ({(int)status}): {said}",
            });
        }

        if (answer.Error is { } unreadable)
        {
            throw new DebeziumConnectException($"Kafka Connect at {_address} could not {what}: its answer is none of Kafka Connect's ({unreadable.Message}). Is there something else at this address?");
        }
    }

    private static string Message(IApiResponse answer)
    {
        var text = (answer.Error as ApiException)?.Content ?? "";
        try
        {
            return JsonSerializer.Deserialize<ErrorBody>(text, JsonSerializerOptions.Web)?.Message ?? text;
        }
        catch (JsonException)
        {
            return text.Length > 500 ? text[..500] : text;
        }
    }

    private static ConnectorStatus.Part Mask(ConnectorStatus.Part part) => part with { Trace = part.Trace is { } trace ? Mask(trace, []) : null };

    private static string Mask(string text, ImmutableArray<string> secrets)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        return Assigned().Replace(text, "$1***");
    }

    private static ImmutableArray<string> SecretsOf(IReadOnlyDictionary<string, string> config) =>
        [.. config.Where(entry => SecretName().IsMatch(entry.Key) && entry.Value.Length > 3).Select(entry => entry.Value).OrderByDescending(value => value.Length)];

    [GeneratedRegex(@"password|passwd|secret|jaas|token|credential|private.?key|pem\b", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"((?:password|passwd|pwd|secret|token)\s*[=:]\s*)[^\s,;&""')]+", RegexOptions.IgnoreCase)]
    private static partial Regex Assigned();

    private sealed record ErrorBody(string? Message);
}

/// <summary>Kafka Connect could not do what it was asked: the message says what, why and, where that is known, what to do. It holds no secret.</summary>
public sealed class DebeziumConnectException(string message) : Exception(message);
