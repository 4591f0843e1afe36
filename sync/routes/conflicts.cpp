#include "sync/routes/conflicts.hpp"

#include "common/base/log.hpp"
#include "common/records/collection.hpp"
#include "common/records/json.hpp"
#include "sync/routes/page.hpp"
#include "sync/routes/people.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace himsog::sync {
namespace {

using journal::Conflict;
using journal::ConflictKind;
using journal::ConflictStatus;
using nlohmann::ordered_json;
using records::Call;

constexpr std::size_t longest_note = 1000;

char const* name_of(ConflictStatus status) {
    switch (status) {
        case ConflictStatus::open: return "open";
        case ConflictStatus::automatic: return "auto";
        case ConflictStatus::resolved: return "resolved";
    }
    return "open";
}

std::optional<ConflictStatus> status_named(std::string_view name) {
    for (auto const status : {ConflictStatus::open, ConflictStatus::automatic, ConflictStatus::resolved})
        if (name == name_of(status)) return status;
    return std::nullopt;
}

class Renderer {
public:
    Renderer(db::Connection& connection, RoutesContext const& context, journal::Dictionary const& dictionary)
        : names_{connection}, context_{context}, dictionary_{dictionary} {}

    ordered_json operator()(Conflict const& conflict) {
        auto const& entity = *dictionary_.numbered(conflict.entity);
        auto const* const reg = entity.register_numbered(conflict.reg);
        ordered_json body;
        body["id"] = conflict.id.text();
        body["entity"] = entity.name();
        body["entity_label"] = entity.label();
        body["record_id"] = conflict.record.text();
        if (conflict.patient.is_nil()) body["patient"] = nullptr;
        else body["patient"] = {{"id", conflict.patient.text()}, {"name", names_.patient(conflict.patient)}};
        body["field"] = reg == nullptr ? "life" : reg->name;
        body["field_label"] = reg == nullptr ? "Record" : reg->label;
        body["kind"] = conflict.kind == ConflictKind::life ? "life" : "register";
        body["version"] = conflict.version;
        body["kept"] = side(conflict, conflict.kept, reg);
        body["other"] = side(conflict, conflict.other, reg);
        body["clock_suspect"] = conflict.kept.by.clock != journal::ClockQuality::ok || conflict.other.by.clock != journal::ClockQuality::ok;
        body["status"] = name_of(conflict.status);
        body["resolved_by"] = nullptr;
        body["resolved_at"] = nullptr;
        if (conflict.resolved_by) {
            body["resolved_by"] = person(conflict.resolved_by->actor);
            body["resolved_at"] = to_text(Instant{conflict.resolved_by->time}, context_.node.zone);
        }
        body["note"] = conflict.note;
        return body;
    }

private:
    ordered_json person(Uuid const& id) { return {{"id", id.text()}, {"name", names_.person(id).name}}; }

    ordered_json side(Conflict const& conflict, journal::ConflictSide const& one, journal::Register const* reg) {
        ordered_json body;
        if (reg == nullptr) body["value"] = one.values.at(0).integer() == 1 ? "live" : "void";
        else body["value"] = ordered_json::parse(context_.shapes.at(conflict.entity)->register_json(*reg, one.values, context_.node.zone));
        body["by"] = person(one.by.actor);
        body["site"] = {{"no", one.by.site}, {"name", names_.site(one.by.site)}};
        body["at"] = to_text(Instant{one.by.time}, context_.node.zone);
        return body;
    }

    Names names_;
    RoutesContext const& context_;
    journal::Dictionary const& dictionary_;
};

records::Outcome list(RoutesContext const& context, Call& call) {
    journal::ConflictFilter filter;
    if (auto const status = call.request.query("status"); status && !status->empty()) {
        filter.status = status_named(*status);
        if (!filter.status) return Problem{FieldErrors{{"status", {"\"" + *status + "\" is not a valid choice."}}}};
    }
    if (auto const entity = call.request.query("entity"); entity && !entity->empty()) {
        auto const* const known = call.dictionary.named(*entity);
        filter.entity = known == nullptr ? std::uint16_t{0} : known->number();
    }
    bool impossible = false;
    if (auto const patient = call.request.query("patient"); patient && !patient->empty()) {
        filter.patient = Uuid::parse(*patient);
        impossible = !filter.patient;
    }
    auto const page = page_of(call.request);
    db::Transaction const snapshot{call.reader.connection, db::Access::reader};
    Renderer render{call.reader.connection, context, call.dictionary};
    auto const total = impossible ? 0 : journal::count_conflicts(call.reader.connection, filter);
    auto results = ordered_json::array();
    if (!impossible)
        for (auto const& one :
             journal::conflicts(call.reader.connection, call.dictionary, filter, page.size, (page.number - 1) * page.size))
            results.push_back(render(one));
    std::string filters;
    if (filter.status) filters += std::string{"&status="} + name_of(*filter.status);
    if (filter.patient) filters += "&patient=" + filter.patient->text();
    return http::Response{200, list_body(call.request, page, total, std::move(results), filters)};
}

records::Outcome one(RoutesContext const& context, Call& call) {
    auto const id = call.args.uuid("id");
    auto const found = id ? journal::conflict(call.reader.connection, call.dictionary, *id) : std::nullopt;
    if (!found) return records::not_found("Conflict");
    http::Response response{200, Renderer{call.reader.connection, context, call.dictionary}(*found).dump()};
    response.header("ETag", '"' + found->version + '"');
    return response;
}

struct Choice {
    std::string choice;  // kept, other, value
    std::optional<journal::Values> value;
    std::string note;
    std::string if_match;
};

/// A register's values from the wire form: one value, "120/80", or an object of the group's fields.
Result<journal::Values> read_values(records::Shape const& shape, journal::Register const& reg, nlohmann::json const& value, Zone zone) {
    auto const& entity = shape.entity();
    auto const& first = entity.fields()[reg.fields.front()];
    nlohmann::json body;
    bool const is_pair =
        std::any_of(shape.pairs().begin(), shape.pairs().end(), [&](auto const& pair) { return pair.first == reg.fields.front(); });
    auto& into = first.object.empty() ? body : body[first.object];
    if (is_pair) {
        for (auto const& pair : shape.pairs())
            if (pair.first == reg.fields.front()) into[pair.key] = value;
    } else if (reg.fields.size() == 1) {
        into[first.name] = value;
    } else {
        if (!value.is_object()) return Problem{FieldErrors{{"value", {"An object of the group's fields is expected."}}}};
        for (auto const index : reg.fields)
            into[entity.fields()[index].name] =
                value.contains(entity.fields()[index].name) ? value[entity.fields()[index].name] : nlohmann::json(nullptr);
    }
    auto const draft = records::read_draft(shape, body.dump(), records::Mode::patch, zone);
    if (!draft) return draft.error();
    if (!draft->errors.empty()) return Problem{FieldErrors{{"value", draft->errors.begin()->second}}};
    journal::Values values;
    for (auto const index : reg.fields) {
        if (!draft->sent(index)) return Problem{FieldErrors{{"value", {"This value does not fit the field."}}}};
        values.push_back(*draft->fields[index]);
    }
    return values;
}

/// Heads of the register that hold one of the two values; other values stay open.
std::vector<journal::Label> heads_of(journal::Writer& writer, Conflict const& conflict) {
    std::vector<journal::Label> labels;
    for (auto const& head : writer.heads(*writer.dictionary().numbered(conflict.entity), conflict.record, conflict.reg))
        if (head.values == conflict.kept.values || head.values == conflict.other.values) labels.push_back(head.label);
    return labels;
}

std::optional<Problem> settle(RoutesContext const& context, journal::Writer& writer, Uuid const& id, Choice const& choice,
                              records::Principal const& who) {
    auto const conflict = journal::conflict(writer.database(), writer.dictionary(), id);
    if (!conflict) return records::not_found("Conflict");
    auto const& entity = *writer.dictionary().numbered(conflict->entity);
    if (!who.in(entity.writers())) return records::forbidden();
    Renderer render{writer.database(), context, writer.dictionary()};
    if (conflict->status == ConflictStatus::resolved) {
        journal::ConflictFilter open;
        open.status = ConflictStatus::open;
        open.entity = conflict->entity;
        auto current = ordered_json::array();
        for (auto const& other : journal::conflicts(writer.database(), writer.dictionary(), open, most_in_page, 0))
            if (other.record == conflict->record && other.reg == conflict->reg) current.push_back(render(other));
        return Problem{ProblemKind::conflict, "This was settled already."}.with("current", current.dump());
    }
    if (!choice.if_match.empty() && choice.if_match != conflict->version)
        return Problem{ProblemKind::precondition_failed, "One of the two entries changed in the meantime."}.with("current",
                                                                                                                 render(*conflict).dump());

    auto values = choice.choice == "kept"    ? conflict->kept.values
                  : choice.choice == "other" ? conflict->other.values
                                             : choice.value.value_or(journal::Values{});
    if (!choice.note.empty()) writer.set_reason(choice.note);
    writer.settle(entity, conflict->record, conflict->reg, std::move(values), heads_of(writer, *conflict));
    return std::nullopt;
}

records::Outcome resolve(RoutesContext const& context, Call& call) {
    auto const id = call.args.uuid("id");
    auto const found = id ? journal::conflict(call.reader.connection, call.dictionary, *id) : std::nullopt;
    if (!found) return records::not_found("Conflict");
    auto const body = records::parse_json_object(call.request.body);
    if (!body) return body.error();
    Choice choice;
    choice.choice = body->contains("choice") && (*body)["choice"].is_string() ? (*body)["choice"].get<std::string>() : "";
    if (choice.choice != "kept" && choice.choice != "other" && choice.choice != "value")
        return Problem{FieldErrors{{"choice", {"\"" + choice.choice + "\" is not a valid choice."}}}};
    if (body->contains("note") && (*body)["note"].is_string()) choice.note = std::string{trimmed((*body)["note"].get<std::string>())};
    if (utf8_length(choice.note) > longest_note)
        return Problem{FieldErrors{{"note", {"Ensure this field has no more than 1000 characters."}}}};
    if (choice.choice == "value") {
        if (!body->contains("value")) return Problem{FieldErrors{{"value", {"This field is required."}}}};
        if (found->reg == journal::life_register) {
            auto const& value = (*body)["value"];
            if (value != "live" && value != "void") return Problem{FieldErrors{{"value", {"A record is live or void."}}}};
            choice.value = journal::Values{journal::Value{value == "live" ? 1 : 0}};
        } else {
            auto const& shape = *context.shapes.at(found->entity);
            auto values = read_values(shape, *shape.entity().register_numbered(found->reg), (*body)["value"], call.zone);
            if (!values) return values.error();
            choice.value = std::move(*values);
        }
    }
    auto etag = std::string{call.request.header("if-match")};
    std::erase(etag, '"');
    choice.if_match = std::move(etag);

    // The resolved conflict is read when the txn stands: its row follows from the chain.
    auto const database = std::make_shared<db::Connection*>(nullptr);
    auto const& dictionary = call.dictionary;
    records::LateCommit late;
    late.work = [&context, id = *id, choice = std::move(choice), who = call.who(), database](journal::Writer& writer) {
        *database = &writer.database();
        return settle(context, writer, id, choice, who);
    };
    late.answer = [&context, &dictionary, id = *id, database] {
        auto const settled = journal::conflict(**database, dictionary, id);
        if (!settled) return http::Response{200, "{}"};
        http::Response response{200, Renderer{**database, context, dictionary}(*settled).dump()};
        response.header("ETag", '"' + settled->version + '"');
        return response;
    };
    return late;
}

}  // namespace

std::vector<records::Route> conflict_routes(RoutesContext const& context) {
    auto const clinic = records::Policy::only(records::clinic_roles);
    std::vector<records::Route> routes;
    routes.emplace_back(http::Method::get, "/api/sync/conflicts/", clinic, [&context](Call& call) { return list(context, call); });
    routes.emplace_back(http::Method::get, "/api/sync/conflicts/{id}/", clinic, [&context](Call& call) { return one(context, call); });
    routes.emplace_back(http::Method::post, "/api/sync/conflicts/{id}/resolve/", clinic,
                        [&context](Call& call) { return resolve(context, call); });
    return routes;
}

}  // namespace himsog::sync
