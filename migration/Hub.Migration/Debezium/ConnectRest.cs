using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hub.Migration.Debezium;

/// <summary>Kafka Connect's REST API, as far as a dataset's connector needs it.</summary>
internal sealed class ConnectRest(Uri address, HttpClient http)
{
    // A worker that takes part in a rebalance answers 409; a worker that has just started, 404 for the plugins.
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>The settings' errors, each with the setting's name.</returns>
    public async Task<List<(string Setting, string Error)>> ValidateAsync(string connectorClass, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var report = await SendAsync<ValidationReport>(HttpMethod.Put, $"connector-plugins/{connectorClass}/config/validate", settings, cancellationToken);
        return [.. from config in report!.Configs from error in config.Value?.Errors ?? [] select (config.Value!.Name, error)];
    }

    public Task PutAsync(string connector, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken) =>
        SendAsync<JsonElement>(HttpMethod.Put, $"connectors/{connector}/config", settings, cancellationToken);

    /// <summary>Null where there is no such connector, or it has no status yet.</summary>
    public Task<ConnectorStatus?> StatusAsync(string connector, CancellationToken cancellationToken) =>
        SendAsync<ConnectorStatus>(HttpMethod.Get, $"connectors/{connector}/status", null, cancellationToken);

    public Task StopAsync(string connector, CancellationToken cancellationToken) =>
        SendAsync<JsonElement?>(HttpMethod.Put, $"connectors/{connector}/stop", null, cancellationToken);

    public Task DeleteOffsetsAsync(string connector, CancellationToken cancellationToken) =>
        SendAsync<JsonElement?>(HttpMethod.Delete, $"connectors/{connector}/offsets", null, cancellationToken);

    public Task DeleteAsync(string connector, CancellationToken cancellationToken) =>
        SendAsync<JsonElement?>(HttpMethod.Delete, $"connectors/{connector}", null, cancellationToken);

    private async Task<T?> SendAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var request = new HttpRequestMessage(method, new Uri(new Uri(address.ToString().TrimEnd('/') + "/"), path));
            request.Content = body is null ? null : JsonContent.Create(body);
            HttpResponseMessage response;
            try
            {
                response = await http.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                throw new DebeziumConnectorException($"Kafka Connect does not answer at {address} ({(e.InnerException ?? e).Message.TrimEnd('.')}). To do: start it, or correct Kafka.Connect.", e);
            }

            using (response)
            {
                var text = await response.Content.ReadAsStringAsync(cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return text.Length == 0 ? default : JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Web);
                }

                if (response.StatusCode == HttpStatusCode.NotFound && method != HttpMethod.Put)
                {
                    return default;
                }

                if (response.StatusCode != HttpStatusCode.Conflict || TimeProvider.System.GetElapsedTime(started) > Patience)
                {
                    throw new DebeziumConnectorException($"Kafka Connect at {address} refuses {method} {path} ({(int)response.StatusCode}): {Message(text)}");
                }
            }

            await Task.Delay(Again, TimeProvider.System, cancellationToken);
        }
    }

    private static string Message(string text)
    {
        try
        {
            return JsonDocument.Parse(text).RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? text : text;
        }
        catch (JsonException)
        {
            return text;
        }
    }

    internal sealed record ConnectorStatus(TaskState Connector, List<TaskState> Tasks);

    internal sealed record TaskState(string State, string? Trace, [property: JsonPropertyName("worker_id")] string? Worker);

    private sealed record ValidationReport(List<ValidatedSetting> Configs);

    private sealed record ValidatedSetting(ValidatedValue? Value);

    private sealed record ValidatedValue(string Name, List<string> Errors);
}
