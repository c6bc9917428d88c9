using System.Security.Cryptography;
using System.Text;
using Hub.Control.Protocol;

namespace Hub.Planes;

/// <summary>
/// The plane's copy of the last revision, which it serves by when control is out of reach, after a restart too
/// (SAFETY.md 12): <c>revision.json</c>, and the document in a file of its own that is written only when it changes.
/// </summary>
internal sealed class RevisionCopy(string folder)
{
    private readonly string _state = Path.Combine(folder, "revision.json");

    /// <summary>When control was heard last; the age of the copy counts from here.</summary>
    public DateTimeOffset? ConfirmedAt =>
        File.Exists(_state) ? new DateTimeOffset(File.GetLastWriteTimeUtc(_state), TimeSpan.Zero) : null;

    /// <summary>The copy, or null where there is none.</summary>
    /// <exception cref="InvalidDataException">State or document is damaged.</exception>
    public Revision? Read()
    {
        if (DiskFile.ReadJson<Revision>(_state) is not { } state)
        {
            return null;
        }

        if (state.DocumentHash.Length == 0)
        {
            return state;
        }

        var file = DocumentFile(state.DocumentHash);
        var document = File.Exists(file) ? File.ReadAllText(file) : "";
        return HashOf(document) == state.DocumentHash
            ? state with { Document = document }
            : throw new InvalidDataException($"{file} is missing or is not the document of revision {state.Id}.");
    }

    public void Write(Revision revision)
    {
        if (revision.Document is { } document && revision.DocumentHash.Length > 0 && !File.Exists(DocumentFile(revision.DocumentHash)))
        {
            DiskFile.Write(DocumentFile(revision.DocumentHash), Encoding.UTF8.GetBytes(document));
        }

        DiskFile.WriteJson(_state, revision with { Document = null });
        foreach (var old in Directory.EnumerateFiles(folder, "document-*.json")
            .Where(file => Path.GetFileName(file) != Path.GetFileName(DocumentFile(revision.DocumentHash))))
        {
            File.Delete(old);
        }
    }

    /// <summary>Control was heard and the copy is what it wants.</summary>
    public void Confirm(DateTimeOffset at)
    {
        if (File.Exists(_state))
        {
            File.SetLastWriteTimeUtc(_state, at.UtcDateTime);
        }
    }

    /// <summary>SHA-256, as <see cref="Revision.DocumentHash"/> is written.</summary>
    public static string HashOf(string document) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)));

    private string DocumentFile(string hash) => Path.Combine(folder, $"document-{hash}.json");
}
