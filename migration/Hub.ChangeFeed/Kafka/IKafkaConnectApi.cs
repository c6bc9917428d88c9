using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Refit;

namespace Hub.ChangeFeed.Kafka;

/// <summary>Kafka Connect's REST API, as far as a Debezium connector needs it. Answers other than 2xx are told, not thrown.</summary>
internal interface IKafkaConnectApi
{
    [Get("/connector-plugins")]
    Task<IApiResponse<ImmutableArray<ConnectorPlugin>>> GetPluginsAsync(CancellationToken cancellationToken);

    [Put("/connector-plugins/{connectorClass}/config/validate")]
    Task<IApiResponse<ConnectorValidation>> ValidateAsync(
        string connectorClass, [Body] IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken);

    [Put("/connectors/{name}/config")]
    Task<IApiResponse<JsonElement>> PutAsync(string name, [Body] IReadOnlyDictionary<string, string> config, CancellationToken cancellationToken);

    [Get("/connectors/{name}/config")]
    Task<IApiResponse<ImmutableDictionary<string, string>>> GetConfigAsync(string name, CancellationToken cancellationToken);

    [Get("/connectors/{name}/status")]
    Task<IApiResponse<ConnectorStatus>> GetStatusAsync(string name, CancellationToken cancellationToken);

    [Get("/connectors/{name}/offsets")]
    Task<IApiResponse<JsonElement>> GetOffsetsAsync(string name, CancellationToken cancellationToken);

    /// <summary>Forgets how far it has read; it must be stopped.</summary>
    [Delete("/connectors/{name}/offsets")]
    Task<IApiResponse<string>> DeleteOffsetsAsync(string name, CancellationToken cancellationToken);

    [Put("/connectors/{name}/stop")]
    Task<IApiResponse<string>> StopAsync(string name, CancellationToken cancellationToken);

    [Put("/connectors/{name}/resume")]
    Task<IApiResponse<string>> ResumeAsync(string name, CancellationToken cancellationToken);

    [Post("/connectors/{name}/restart?includeTasks=true")]
    Task<IApiResponse<string>> RestartAsync(string name, bool onlyFailed, CancellationToken cancellationToken);

    [Post("/connectors/{name}/tasks/{task}/restart")]
    Task<IApiResponse<string>> RestartTaskAsync(string name, int task, CancellationToken cancellationToken);

    [Delete("/connectors/{name}")]
    Task<IApiResponse<string>> DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A connector that a Kafka Connect has.</summary>
public sealed record ConnectorPlugin(string Class, string Type, string? Version);

/// <summary>What runs of a connector.</summary>
public sealed record ConnectorStatus(string Name, ConnectorStatus.Part Connector, ImmutableArray<ConnectorStatus.Part> Tasks)
{
    /// <summary>It captures: a connector whose task has failed still says of itself that it is running.</summary>
    public bool Runs => Connector.State == "RUNNING" && Tasks.Length > 0 && Tasks.All(task => task.State == "RUNNING");

    /// <summary>The part that failed; null where none did.</summary>
    public Part? Failed => Tasks.Prepend(Connector).FirstOrDefault(part => part.State == "FAILED");

    /// <summary>The connector itself or one of its tasks.</summary>
    /// <param name="State">RUNNING, FAILED, PAUSED, STOPPED, UNASSIGNED, RESTARTING.</param>
    /// <param name="Trace">Why it failed: Java's stack trace.</param>
    public sealed record Part(string State, [property: JsonPropertyName("worker_id")] string? Worker, int? Id = null, string? Trace = null)
    {
        /// <summary>The trace's causes without its places: what a person reads.</summary>
        public string Reason => Trace is null ? State : string.Join(" ", Trace.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("...", StringComparison.Ordinal)));
    }
}

/// <summary>What a connector says of a configuration.</summary>
public sealed record ConnectorValidation([property: JsonPropertyName("error_count")] int ErrorCount, ImmutableArray<ConnectorValidation.Setting> Configs)
{
    /// <summary>The settings that it refuses, each with what it says.</summary>
    public IEnumerable<(string Setting, string Error)> Errors =>
        from config in Configs from error in config.Value.Errors select (config.Value.Name, error);

    public sealed record Setting(SettingValue Value);

    public sealed record SettingValue(string Name, ImmutableArray<string> Errors);
}
