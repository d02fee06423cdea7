namespace MLPipeline.Inference.Tests;

public sealed class ModelMetadataTests
{
    [Fact]
    public void Labels_survive_the_round_trip()
    {
        string[] labels = ["T-shirt/top", "\"quoted\"", "日本"];

        Assert.Equal(labels, ModelMetadata.ReadLabels(With(ModelMetadata.LabelsKey, ModelMetadata.FormatLabels(labels)), "m"));
    }

    [Theory]
    [InlineData("T-shirt,Trouser")]
    [InlineData("{\"a\":1}")]
    [InlineData("[1,2]")]
    [InlineData("null")]
    public void Labels_that_are_not_an_array_of_texts_are_refused(string json)
    {
        var error = Assert.Throws<ModelLoadException>(() => ModelMetadata.ReadLabels(With(ModelMetadata.LabelsKey, json), "net.onnx"));

        Assert.Contains("'net.onnx'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'mlpipeline.labels' must be a JSON array of texts", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[\"a\",\"b\",\"a\"]", "the label 'a' is there 2 times")]
    [InlineData("[\"a\",\"\"]", "a label is empty")]
    [InlineData("[\"a\",null]", "a label is empty")]
    public void Ambiguous_labels_are_refused(string json, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<ModelLoadException>(() => ModelMetadata.ReadLabels(With(ModelMetadata.LabelsKey, json), "m")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Ambiguous_labels_are_not_written() =>
        Assert.Throws<ArgumentException>(() => ModelMetadata.FormatLabels(["a", "a"]));

    [Fact]
    public void Preprocessing_survives_the_round_trip()
    {
        var written = new Preprocessing(1.0 / 255, [0.2860], [0.3530], "NCHW", "0-255");

        var read = ModelMetadata.ReadPreprocessing(With(ModelMetadata.PreprocessingKey, written.ToJson()), "m");

        Assert.NotNull(read);
        Assert.Equal(written.Scale, read.Scale);
        Assert.Equal(written.Mean, read.Mean);
        Assert.Equal(written.Std, read.Std);
        Assert.Equal((written.Layout, written.Range), (read.Layout, read.Range));
        Assert.StartsWith("{\"scale\":0.00392", written.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_preprocessing_is_null() =>
        Assert.Null(ModelMetadata.ReadPreprocessing(new Dictionary<string, string>(), "m"));

    [Theory]
    [InlineData("{\"scale\":1,\"mean\":[0],\"std\":[0],\"layout\":\"NCHW\",\"range\":\"0-1\"}", "std finite and above 0")]
    [InlineData("{\"scale\":0,\"mean\":[0],\"std\":[1],\"layout\":\"NCHW\",\"range\":\"0-1\"}", "scale is 0")]
    [InlineData("{\"scale\":1,\"mean\":[0,0],\"std\":[1],\"layout\":\"NCHW\",\"range\":\"0-1\"}", "mean has 2 values and std 1")]
    [InlineData("{\"scale\":1,\"mean\":[0],\"std\":[1],\"layout\":\"CHW\",\"range\":\"0-1\"}", "layout is 'CHW'")]
    [InlineData("{\"scale\":1,\"mean\":[0],\"std\":[1],\"layout\":\"NCHW\",\"range\":\"0-9\"}", "range is '0-9'")]
    [InlineData("{\"scale\":1,\"std\":[1],\"layout\":\"NCHW\",\"range\":\"0-1\"}", "must be a JSON object like")]
    [InlineData("{\"scale\":1,\"mean\":null,\"std\":[1],\"layout\":\"NCHW\",\"range\":\"0-1\"}", "must be a JSON object like")]
    [InlineData("[1]", "must be a JSON object like")]
    public void Preprocessing_outside_its_range_is_refused(string json, string reason) =>
        Assert.Contains(
            reason,
            Assert.Throws<ModelLoadException>(() => ModelMetadata.ReadPreprocessing(With(ModelMetadata.PreprocessingKey, json), "m")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Training_facts_are_any_json_object()
    {
        var facts = ModelMetadata.ReadTraining(With(ModelMetadata.TrainingKey, "{\"epochs\":5,\"dataset\":\"fashion-mnist\"}"), "m");

        Assert.Equal(5, facts["epochs"].GetInt32());
        Assert.Equal("fashion-mnist", facts["dataset"].GetString());
    }

    [Fact]
    public void Training_facts_of_another_form_are_refused() =>
        Assert.Throws<ModelLoadException>(() => ModelMetadata.ReadTraining(With(ModelMetadata.TrainingKey, "5"), "m"));

    private static Dictionary<string, string> With(string key, string value) => new() { [key] = value };
}
