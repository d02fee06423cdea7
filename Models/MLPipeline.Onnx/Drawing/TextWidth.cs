namespace MLPipeline.Onnx.Drawing;

/// <summary>How wide a text is about to be: the reader's browser chooses the font, so a little more than Arial's and DejaVu's mean.</summary>
internal static class TextWidth
{
    /// <summary>In pixels, for a size in pixels.</summary>
    public static double Of(string text, double size) => text.Sum(Share) * size;

    private static double Share(char letter) => letter switch
    {
        'i' or 'l' or 'j' or '.' or ',' or ' ' or '[' or ']' or '\'' or ':' => 0.34,
        'm' or 'w' or 'M' or 'W' or '→' => 0.95,
        _ when char.IsUpper(letter) => 0.74,
        _ => 0.63,
    };
}
