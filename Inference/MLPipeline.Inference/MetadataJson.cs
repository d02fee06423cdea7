using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLPipeline.Inference;

/// <summary>Reads one JSON value of a model's metadata.</summary>
internal static class MetadataJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="ModelLoadException">The text is not JSON of that form.</exception>
    public static T Parse<T>(string key, string json, string source, string expectation)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("it is null.");
        }
        catch (JsonException error)
        {
            throw new ModelLoadException(source, $"its metadata '{key}' must be {expectation}: {error.Message}", error);
        }
    }
}
