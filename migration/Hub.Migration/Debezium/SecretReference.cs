using Hub.Configuration;

namespace Hub.Migration.Debezium;

/// <summary>A secret as Kafka Connect reads it: its config providers <c>env</c> and <c>dir</c> resolve it on the worker, so that it stands in no topic.</summary>
internal static class SecretReference
{
    /// <exception cref="InvalidOperationException">It is to be revealed and isn't there.</exception>
    public static string Of(Secret secret, bool reveal) =>
        reveal ? secret.Reveal()
        : secret.File is { } file ? $"${{dir:{Path.GetDirectoryName(file)?.Replace('\\', '/')}:{Path.GetFileName(file)}}}"
        : $"${{env:{secret.Variable}}}";
}
